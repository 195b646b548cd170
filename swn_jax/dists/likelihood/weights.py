"""Where the weights of a likelihood lie in the variables of a model."""

import jax
from jaxtyping import Array

from swn_jax.types import Likelihood, Variables, Weights

NAME = "likelihood"  # beside the modules of the network, so that optimiser, checkpoints and releases hold them too
STREAM = 2**32 - 1  # folded into the key, which the network takes as it is


def with_weights(variables: Variables, likelihood: Likelihood, key: Array, width: int) -> Variables:
    """The variables of a network with the new weights of its likelihood, unchanged where it has none."""
    weights = likelihood.init(jax.random.fold_in(key, STREAM), width)
    return {**variables, "params": {**variables["params"], NAME: weights}} if weights else variables


def weights_of(variables: Variables) -> Weights:
    """The weights of the likelihood in the variables of a model."""
    return variables.get("params", {}).get(NAME, {})
