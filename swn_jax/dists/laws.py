"""The laws of a mixture's components, in units of their scale: what they say of samples far from the mean."""

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

FREEDOM = 4.0  # degrees of Student's t: the least whole number for which the variance is finite and tails still heavy


class Law(NamedTuple):
    """A density of mean zero and scale one, and how to draw from it."""

    log_prob: Callable[[Float[Array, "*S"]], Float[Array, "*S"]]  # nats
    draw: Callable[[Array, tuple[int, ...], jnp.dtype], Float[Array, "*S"]]  # from a key


def gaussian(z: Float[Array, "*S"]) -> Float[Array, "*S"]:
    """`-z^2 / 2 - log sqrt(2 pi)`."""
    return -0.5 * z**2 - 0.5 * math.log(2 * math.pi)


def logistic(z: Float[Array, "*S"]) -> Float[Array, "*S"]:
    """`-z - 2 log(1 + e^-z)`."""
    return -z - 2 * jax.nn.softplus(-z)


def student(z: Float[Array, "*S"]) -> Float[Array, "*S"]:
    """`-(n + 1) / 2 log(1 + z^2 / n)` less the logarithm of its integral, n = 4 degrees of freedom."""
    n = FREEDOM
    total = 0.5 * math.log(n * math.pi) + math.lgamma(n / 2) - math.lgamma((n + 1) / 2)
    return -(n + 1) / 2 * jnp.log1p(z**2 / n) - total


LAWS = {
    "gaussian": Law(gaussian, jax.random.normal),
    "logistic": Law(logistic, jax.random.logistic),
    "student": Law(student, lambda key, shape, dtype: jax.random.t(key, FREEDOM, shape, dtype)),
}
