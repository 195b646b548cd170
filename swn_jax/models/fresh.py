"""The variables of a network before training."""

import jax
from flax import linen as nn
from jaxtyping import Array

from swn_jax.types import Variables


def initialized(net: nn.Module, key: Array, *given: object) -> Variables:
    """The variables of a new network; of what it is given only the shapes matter, and no run of it is computed."""
    return net.lazy_init(key, *jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, a.dtype), given))
