"""Smooth bounds of a log-scale: the identity in the middle, with a gradient at the ends too."""

import jax
from jaxtyping import Array, Float

AT_FLOOR = 0.1  # a log-scale less than this many nats above the floor counts as at the floor


def bounded(raw: Float[Array, "*S"], low: float, high: float) -> Float[Array, "*S"]:
    """Bound `raw` smoothly: `low + softplus(u - low)` with `u = high - softplus(high - raw)`, slope 1 in between.

    The result is always above `low`, and above `high` by at most log(1 + exp(low - high)), 1e-7 for bounds 16 apart.
    """
    below = high - jax.nn.softplus(high - raw)
    return low + jax.nn.softplus(below - low)
