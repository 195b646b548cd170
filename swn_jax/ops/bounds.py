"""Smooth bounds of a log-scale: the identity in the middle, never a dead gradient at the ends."""

import jax
from jaxtyping import Array, Float

AT_FLOOR = 0.1  # nats above the floor that still count as lying on it


def bounded(raw: Float[Array, "*S"], low: float, high: float) -> Float[Array, "*S"]:
    """`low + softplus(u - low)` with `u = high - softplus(high - raw)`: slope 1 in between.

    Above `low` always; above `high` by log(1 + exp(low - high)) at the most, 1e-7 for bounds 16 apart.
    """
    below = high - jax.nn.softplus(high - raw)
    return low + jax.nn.softplus(below - low)
