"""One layer of Stochastic WaveNet (eq. 4): the gated unit, its latent variable, and the outputs up and to the skips."""

from typing import Any, NamedTuple

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.layers.dense import Dense, Perceptron
from swn_jax.layers.gated import Gated
from swn_jax.layers.latent import Latent, LatentSample, Normal, from_posterior, from_prior


class LayerOut(NamedTuple):
    """The outputs of a layer: d for the layer above, its term of the skip sum, and its sample of z."""

    d: Float[Array, "*S C"]
    skip: Float[Array, "*S C"]
    drawn: LatentSample


class Stochastic(nn.Module):
    """A stochastic layer: `h = f1(past, now)`, z from the posterior given (h, b), `d = f2(h, z)`.

    z comes from the prior given h where b is None. `latent=0` makes the layer deterministic: d = h, and z is empty.
    `perceptrons` gives f2 and the skip a hidden layer of `hidden` units.
    """

    gated: Gated
    latent: int
    hidden: int
    log_scale_bounds: tuple[float, float]
    residual_mean: bool
    perceptrons: bool = False
    dtype: Any = jnp.float32

    @nn.compact
    def __call__(
        self,
        past: Float[Array, "*S C"],
        now: Float[Array, "*S C"],
        b: Float[Array, "*S C"] | None,
        noise: Float[Array, "*S N"],
        mask: Float[Array, "*S"] | None = None,
    ) -> LayerOut:
        h = self.gated(past, now, mask)
        if not self.latent:
            return LayerOut(h, self.map("skip", h, h), from_prior(Normal(noise, noise), noise))
        drawn = self.draw(h, b, noise)
        hz = jnp.concatenate([h, drawn.z], axis=-1)
        return LayerOut(self.map("f2", h, hz), self.map("skip", h, hz), drawn)

    def map(self, name: str, h: Float[Array, "*S C"], hz: Float[Array, "*S _"]) -> Float[Array, "*S C"]:
        """An affine map of hz to the width of h, or a perceptron."""
        if self.perceptrons:
            return Perceptron(self.hidden, h.shape[-1], self.dtype, name=name)(hz)
        return Dense(h.shape[-1], self.dtype, name=name)(hz)

    def draw(self, h: Array, b: Array | None, noise: Array) -> LatentSample:
        """Sample z from N(mu(h), sigma(h)) or, given b, from N(mu'(h, b), sigma'(h, b)) (below eq. 8)."""
        p = Latent(self.latent, self.hidden, self.log_scale_bounds, self.dtype, name="prior")(h)
        if b is None:
            return from_prior(p, noise)
        q = Latent(self.latent, self.hidden, self.log_scale_bounds, self.dtype, name="posterior")(
            jnp.concatenate([h, b], -1)
        )
        if self.residual_mean:
            q = Normal(p.mean + q.mean, q.log_scale)
        return from_posterior(q, p, noise)
