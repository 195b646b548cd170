"""The Gaussian over the latent variable of one layer, and its samples with their KL."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.dists import gaussian as normal
from swn_jax.layers.dense import Head
from swn_jax.ops.affine import perceptrons
from swn_jax.ops.bounds import bounded
from swn_jax.ops.joined import Map


class Normal(NamedTuple):
    """A diagonal Gaussian."""

    mean: Float[Array, "*S N"]
    log_scale: Float[Array, "*S N"]


class LatentSample(NamedTuple):
    """A sample of z, its KL from the prior and log q - log p, in nats per dimension."""

    z: Float[Array, "*S N"]
    kl: Float[Array, "*S N"]
    log_ratio: Float[Array, "*S N"]
    noise: Float[Array, "*S N"]  # (z - mean) / scale by the prior, which would have given this z


class Latent(nn.Module):
    """The Gaussian `N(mu(h), sigma(h))` with smoothly bounded `log sigma`; a standard normal before training."""

    size: int
    hidden: int
    log_scale_bounds: tuple[float, float] = (-8.0, 8.0)
    dtype: Any = jnp.float32

    @nn.compact
    def weights(self, inputs: int) -> list[Map]:
        """Kernel and bias of each layer of its perceptron, for so many channels."""
        return Head(self.hidden, 2 * self.size).weights(inputs)

    def __call__(self, h: Float[Array, "*S C"]) -> Normal:
        (normal,) = normals([self], [[h]])
        return normal


def normals(latents: Sequence[Latent], inputs: Sequence[Sequence[Float[Array, "*S _"]]]) -> list[Normal]:
    """The Gaussians of several latents of one dtype, each of inputs of its own, as for `affines`."""
    layers = [latent.weights(sum(x.shape[-1] for x in own)) for latent, own in zip(latents, inputs, strict=True)]
    outs = perceptrons(inputs, layers, latents[0].dtype)
    parts = [jnp.split(out, 2, axis=-1) for out in outs]
    return [
        Normal(mean, bounded(raw, *latent.log_scale_bounds)) for latent, (mean, raw) in zip(latents, parts, strict=True)
    ]


def from_prior(p: Normal, noise: Float[Array, "*S N"]) -> LatentSample:
    """A sample from the prior, with a KL of zero."""
    z = normal.draw(p.mean, p.log_scale, noise)
    return LatentSample(z, jnp.zeros_like(z), jnp.zeros_like(z), noise)


def from_posterior(q: Normal, p: Normal, noise: Float[Array, "*S N"]) -> LatentSample:
    """A reparameterised sample from the posterior q, with its KL from the prior p."""
    z = normal.draw(q.mean, q.log_scale, noise)
    log_ratio = normal.log_prob(z, *q) - normal.log_prob(z, *p)
    return LatentSample(z, normal.kl(*q, *p), log_ratio, (z - p.mean) * jnp.exp(-p.log_scale))
