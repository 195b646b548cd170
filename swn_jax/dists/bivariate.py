"""The Gaussian over two correlated coordinates: means, log standard deviations (nats), Fisher z of the correlation."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.dists.gaussian import HALF_LOG_2PI


def log_prob(
    x: Float[Array, "*#S 2"], mean: Float[Array, "*S 2"], log_scale: Float[Array, "*S 2"], fisher: Float[Array, "*S"]
) -> Float[Array, "*S"]:
    """The log-density of each pair of coordinates (Graves 2013, eq. 24).

    `-(a^2 + b^2 - 2 r a b) / (2 (1 - r^2)) - log(1 - r^2)/2 - log s_1 - log s_2 - log 2 pi`, where a and b are the
    residuals divided by their scales and r = tanh(fisher). 1 - r^2 is computed as 1 / cosh^2, which loses no digits
    where r is close to 1.
    """
    residual = (x - mean) * jnp.exp(-log_scale)
    a, b = residual[..., 0], residual[..., 1]
    log_cosh = jnp.abs(fisher) + jax.nn.softplus(-2 * jnp.abs(fisher)) - jnp.log(2.0)
    # (a^2 + b^2 - 2 r a b) cosh^2 as a sum of squares: (a cosh - b sinh)^2 + b^2
    distance = (a * jnp.cosh(fisher) - b * jnp.sinh(fisher)) ** 2 + b**2
    return log_cosh - 0.5 * distance - log_scale.sum(-1) - 2 * HALF_LOG_2PI


def draw(
    mean: Float[Array, "*S 2"], log_scale: Float[Array, "*S 2"], fisher: Float[Array, "*S"], noise: Float[Array, "*S 2"]
) -> Float[Array, "*S 2"]:
    """A reparameterised sample from two independent standard normals: the second becomes `r e_1 + e_2 / cosh`."""
    one, two = noise[..., 0], noise[..., 1]
    scale = jnp.exp(log_scale)
    first = mean[..., 0] + scale[..., 0] * one
    second = mean[..., 1] + scale[..., 1] * (jnp.tanh(fisher) * one + two / jnp.cosh(fisher))
    return jnp.stack([first, second], -1)  # rows of both lie where those of the mean do: noise lies anywhere
