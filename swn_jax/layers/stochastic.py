"""One layer of Stochastic WaveNet (eq. 4): the gated unit, its latent variable, and the outputs up and to the skips."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.layers.dense import Dense, Perceptron
from swn_jax.layers.gated import Gated
from swn_jax.layers.latent import Latent, LatentSample, Normal, from_posterior, from_prior, normals
from swn_jax.ops.affine import affines, perceptrons


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
            (skip,) = self.outputs(h, h.shape[-1], ("skip",))
            return LayerOut(h, skip, from_prior(Normal(noise, noise), noise))
        drawn = self.draw(h, b, noise)
        d, skip = self.outputs(jnp.concatenate([h, drawn.z], axis=-1), h.shape[-1], ("f2", "skip"))
        return LayerOut(d, skip, drawn)

    def outputs(self, hz: Float[Array, "*S _"], width: int, names: Sequence[str]) -> list[Float[Array, "*S C"]]:
        """Maps of hz to so many channels, affine ones or perceptrons."""
        inputs, channels = [[hz] for _ in names], hz.shape[-1]
        if self.perceptrons:
            layers = [Perceptron(self.hidden, width, name=name).weights(channels) for name in names]
            return perceptrons(inputs, layers, self.dtype)
        return affines(inputs, [Dense(width, name=name).weights(channels) for name in names], self.dtype)

    def draw(self, h: Array, b: Array | None, noise: Array) -> LatentSample:
        """Sample z from N(mu(h), sigma(h)) or, given b, from N(mu'(h, b), sigma'(h, b)) (below eq. 8)."""
        prior, posterior = (
            Latent(self.latent, self.hidden, self.log_scale_bounds, self.dtype, name=name)
            for name in ("prior", "posterior")
        )
        if b is None:
            return from_prior(prior(h), noise)
        p, q = normals([prior, posterior], [[h], [h, b]])
        if self.residual_mean:
            q = Normal(p.mean + q.mean, q.log_scale)
        return from_posterior(q, p, noise)
