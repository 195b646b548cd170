"""Hidden layers of a perceptron."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.layers.dense import Dense


def leaky(x: Float[Array, "*S"]) -> Float[Array, "*S"]:
    """A leaky relu, `max(x, x / 3)`, clipped to -3 .. 3 so that chains stay bounded (Fraccaro et al. 2016)."""
    return jnp.clip(jnp.maximum(x, x / 3), -3, 3)


class Hidden(nn.Module):
    """A stack of `depth` layers `relu(W x + b)`, or with another activation; the identity for `depth=0`."""

    width: int
    depth: int
    dtype: Any = jnp.float32
    activation: Callable[[Array], Array] = jax.nn.relu

    @nn.compact
    def __call__(self, x: Float[Array, "*S C"]) -> Float[Array, "*S O"]:
        for _ in range(self.depth):
            x = self.activation(Dense(self.width, self.dtype)(x))
        return x
