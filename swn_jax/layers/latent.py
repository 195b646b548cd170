"""Mean and log-scale of the Gaussian over one layer's latent variable, and what a draw costs."""

from typing import Any, NamedTuple

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.dists import gaussian as normal
from swn_jax.layers.dense import Head
from swn_jax.ops.bounds import bounded


class Normal(NamedTuple):
    """A diagonal Gaussian."""

    mean: Float[Array, "*S N"]
    log_scale: Float[Array, "*S N"]


class LatentSample(NamedTuple):
    """A draw of z, what it diverges from the prior and its log q - log p, in nats a number."""

    z: Float[Array, "*S N"]
    kl: Float[Array, "*S N"]
    log_ratio: Float[Array, "*S N"]
    noise: Float[Array, "*S N"]  # that the prior would have drawn this z with, (z - mean) / scale


class Latent(nn.Module):
    """`N(mu(h), sigma(h))` with `log sigma` smoothly bounded; starts at the standard normal."""

    size: int
    hidden: int
    log_scale_bounds: tuple[float, float] = (-8.0, 8.0)
    dtype: Any = jnp.float32

    @nn.compact
    def __call__(self, h: Float[Array, "*S C"]) -> Normal:
        mean, raw = jnp.split(Head(self.hidden, 2 * self.size, self.dtype)(h), 2, axis=-1)
        return Normal(mean, bounded(raw, *self.log_scale_bounds))


def from_prior(p: Normal, noise: Float[Array, "*S N"]) -> LatentSample:
    """A draw from the prior: nothing diverges from itself."""
    z = normal.draw(p.mean, p.log_scale, noise)
    return LatentSample(z, jnp.zeros_like(z), jnp.zeros_like(z), noise)


def from_posterior(q: Normal, p: Normal, noise: Float[Array, "*S N"]) -> LatentSample:
    """A reparameterised draw from q with its divergence from p."""
    z = normal.draw(q.mean, q.log_scale, noise)
    log_ratio = normal.log_prob(z, *q) - normal.log_prob(z, *p)
    return LatentSample(z, normal.kl(*q, *p), log_ratio, (z - p.mean) * jnp.exp(-p.log_scale))
