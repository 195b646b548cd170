"""The Gaussian with a diagonal covariance, parameterised by mean and log standard deviation (nats)."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def log_prob(x: Float[Array, "*S"], mean: Float[Array, "*S"], log_scale: Float[Array, "*S"]) -> Float[Array, "*S"]:
    """The log-density of each coordinate: `-log s - (x - m)^2 / (2 s^2) - log(2 pi)/2`."""
    residual = (x - mean) * jnp.exp(-log_scale)
    return -log_scale - 0.5 * residual**2 - HALF_LOG_2PI


def kl(
    mean_q: Float[Array, "*S"],
    log_scale_q: Float[Array, "*S"],
    mean_p: Float[Array, "*S"],
    log_scale_p: Float[Array, "*S"],
) -> Float[Array, "*S"]:
    """KL(q || p) of each coordinate: `log(s_p/s_q) + (s_q^2 + (m_q - m_p)^2) / (2 s_p^2) - 1/2`."""
    log_ratio = log_scale_q - log_scale_p
    distance = (mean_q - mean_p) * jnp.exp(-log_scale_p)
    return 0.5 * (jnp.expm1(2 * log_ratio) - 2 * log_ratio + distance**2)


def draw(mean: Float[Array, "*S"], log_scale: Float[Array, "*S"], noise: Float[Array, "*S"]) -> Float[Array, "*S"]:
    """A reparameterised sample from standard normal noise e: `m + s e` (Kingma and Welling 2013)."""
    return mean + jnp.exp(log_scale) * noise
