"""The network of Stochastic WaveNet: one generator for the parallel and the stepped run, and the inference network."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.layers.dense import HEAD_SCALE, Dense, Head, Perceptron
from swn_jax.layers.gated import Gated
from swn_jax.layers.latent import LatentSample
from swn_jax.layers.stochastic import Stochastic
from swn_jax.models.base import NetworkOutput
from swn_jax.models.frames import with_following
from swn_jax.ops.masks import zero_padding
from swn_jax.ops.ring import push, push_all
from swn_jax.ops.time import advance, inputs
from swn_jax.types import Batch, Carry


class Net(nn.Module):
    """Generator and inference network; `taps` gets delayed values by shifts in the parallel run, by rings in `step`."""

    outputs: int
    dilations: tuple[int, ...]
    offsets: tuple[int, ...]  # of the reversed layers, top first
    width: int
    latents: tuple[int, ...]  # dimensions of each layer, 0 where it is deterministic
    hidden: int
    released: bool  # whether to build the network of the authors' code, see `form` in `swavenet`
    gate: str
    norm: str
    residual: bool
    log_scale_bounds: tuple[float, float]
    residual_mean: bool
    dtype: Any
    remat: bool
    train: bool = False
    axis: str | None = None

    def setup(self) -> None:
        gated = dict(width=self.width, gate=self.gate, norm=self.norm, residual=self.residual,
                     dtype=self.dtype, train=self.train, axis=self.axis)  # fmt: skip
        layer, cell = (nn.remat(Stochastic), nn.remat(Gated)) if self.remat else (Stochastic, Gated)
        self.embed_u = Dense(self.width, self.dtype)
        self.causal = [
            layer(Gated(**gated), n, self.hidden, self.log_scale_bounds, self.residual_mean, self.released, self.dtype)
            for n in self.latents
        ]
        self.reverse = [cell(**gated) for n in self.latents if n]
        self.emission = Dense(self.width, self.dtype)
        self.head: nn.Module
        if self.released:
            self.features = [Perceptron(self.hidden, self.width, self.dtype) for n in self.latents if n]
            self.skip = Perceptron(self.hidden, self.width, self.dtype)
            self.mixed = Dense(self.width, self.dtype)
            self.head = Dense(self.outputs, self.dtype, HEAD_SCALE)
        else:
            self.embed_x = Dense(self.width, self.dtype)
            self.head = Head(self.width, self.outputs, self.dtype)

    def infer(self, batch: Batch) -> list[Array | None]:
        """The features b of every layer, lowest first, by the reversed WaveNet; None for deterministic layers."""
        (x, mask), frames = with_following(batch), batch.x.shape[1]
        e = self.embed_u(x) if self.released else jax.nn.relu(self.embed_x(x))
        b = zero_padding(e, mask)
        features: list[Array | None] = []
        for i, (cell, offset) in enumerate(zip(self.reverse, self.offsets, strict=False)):
            b = zero_padding(cell(advance(b, offset), b, mask), mask)
            own = b[:, :frames]
            features.insert(0, self.features[i](jnp.concatenate([own, e[:, :frames]], -1)) if self.released else own)
        return [None] * (len(self.latents) - len(features)) + features

    def emit(self, skips: Float[Array, "*S C"]) -> Float[Array, "*S P"]:
        """Likelihood parameters from the summed skips."""
        o = jax.nn.relu(self.emission(jax.nn.relu(skips)))
        return self.head(self.mixed(o) if self.released else o)

    def generate(
        self,
        u: Float[Array, "*S D"],
        taps: Callable[[int, Array], Array],
        noise: Float[Array, "*S N"],
        features: Sequence[Array | None],
        mask: Float[Array, "*S"] | None = None,
    ) -> tuple[Float[Array, "*S P"], list[LatentSample]]:
        """Likelihood parameters and the sample of every layer; `taps(l, d)` is d of layer l one dilation earlier."""
        d, draws = jax.nn.relu(self.embed_u(u)), []
        skips = self.skip(d) if self.released else jnp.zeros_like(d)
        ends = [sum(self.latents[: l + 1]) for l in range(len(self.latents))]
        for l, (layer, end, b) in enumerate(zip(self.causal, ends, features, strict=True)):
            out = layer(taps(l, d), d, b, noise[..., end - self.latents[l] : end], mask)
            d, skips = out.d, skips + out.skip
            draws.append(out.drawn)
        return self.emit(skips), draws

    def __call__(self, batch: Batch, noise: Array, infer: bool = True, read: Array | None = None) -> NetworkOutput:
        """The parallel run over whole sequences."""
        features = self.infer(batch) if infer else [None] * len(self.latents)
        t, before = (0, [None] * len(self.dilations)) if batch.carry is None else batch.carry
        rings: list[Any] = list(before)

        def taps(l: int, d: Array) -> Array:
            rings[l], past = push_all(rings[l], d, t, self.dilations[l])
            return past

        params, draws = self.generate(inputs(batch.x, batch.before, read), taps, noise, features, batch.mask)
        return NetworkOutput(params, draws, (jnp.asarray(t + batch.x.shape[1], jnp.int32), tuple(rings)))

    def step(self, carry: Carry, u: Array, noise: Array) -> tuple[Carry, Array]:
        """One frame of the stepped run, with rings in place of delays, and z from the prior."""
        t, rings = carry
        rings = list(rings)

        def taps(l: int, d: Array) -> Array:
            rings[l], past = push(rings[l], d, t)
            return past

        params, _ = self.generate(u, taps, noise, [None] * len(self.latents))
        return (t + 1, tuple(rings)), params
