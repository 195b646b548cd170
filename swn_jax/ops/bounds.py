"""Bounds: smooth ones of a log-scale, with a gradient at the ends too, and hard ones of what a model reads."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

LARGEST = 1e10  # standardised units: more than any integer of 32 bits, and its square is far from overflow in float32
AT_FLOOR = 0.1  # a log-scale less than this many nats above the floor counts as at the floor


def bounded(raw: Float[Array, "*S"], low: float, high: float) -> Float[Array, "*S"]:
    """Bound `raw` smoothly: `low + softplus(u - low)` with `u = high - softplus(high - raw)`, slope 1 in between.

    The result is always above `low`, and above `high` by at most log(1 + exp(low - high)), 1e-7 for bounds 16 apart.
    """
    below = high - jax.nn.softplus(high - raw)
    return low + jax.nn.softplus(below - low)


def limited(x: Float[Array, "*S"]) -> Float[Array, "*S"]:
    """The numbers of frames within +-1e10: the sums of squares overflow beyond. Infinities are faults, and stay."""
    return jnp.where(jnp.isinf(x), x, jnp.clip(x, -LARGEST, LARGEST))
