"""The logistic discretised to consecutive integers, parameterised by mean and log-scale (nats) in steps of 1."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


def log_mass(
    n: Float[Array, "*S"], mean: Float[Array, "*S"], log_scale: Float[Array, "*S"], first: int, last: int
) -> Float[Array, "*S"]:
    """The log-probability of each integer from `first` to `last`, in nats (Salimans et al. 2017, section 2.1).

    `log(sigmoid(a) - sigmoid(b))` with `a = (n + 1/2 - m) / s` and `b = (n - 1/2 - m) / s`; the outermost integers take
    the tails. It is computed as `log sigmoid(a) + log sigmoid(-b) + log(1 - exp(-1/s))`, which is the same and does not
    cancel: where both sigmoids round to 0 or 1 it goes over into density times width by itself.
    """
    rate = jnp.exp(-log_scale)
    below = jax.nn.log_sigmoid((n - mean + 0.5) * rate)  # of all integers up to n
    above = jax.nn.log_sigmoid((mean - n + 0.5) * rate)  # of all from n
    width = jnp.log(-jnp.expm1(-rate))
    inside = jnp.where((n > first) & (n < last), width, 0.0)
    return inside + jnp.where(n < last, below, 0.0) + jnp.where(n > first, above, 0.0)


def draw(
    mean: Float[Array, "*S"], log_scale: Float[Array, "*S"], noise: Float[Array, "*S"], first: int, last: int
) -> Float[Array, "*S"]:
    """The integer nearest to `m + s e`, for noise e from the standard logistic."""
    return jnp.clip(jnp.rint(mean + jnp.exp(log_scale) * noise), first, last)
