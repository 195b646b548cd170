"""The network of WaveNet, one generator for the parallel and the stepped run."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.layers.dense import Dense, Head
from swn_jax.layers.gated import Gated
from swn_jax.models.base import NetworkOutput
from swn_jax.ops.ring import push, push_all
from swn_jax.ops.time import inputs
from swn_jax.types import Batch, Carry


class Layer(nn.Module):
    """One layer: its term k of the skip sum, and `k + R now`, or `k + now`, for the layer above."""

    gated: Gated
    residual: str

    @nn.compact
    def __call__(
        self, past: Float[Array, "*S C"], now: Float[Array, "*S C"], mask: Float[Array, "*S"] | None
    ) -> tuple[Float[Array, "*S C"], Float[Array, "*S C"]]:
        width, dtype = self.gated.width, self.gated.dtype
        k = Dense(width, dtype, name="skip")(self.gated(past, now, mask))
        return k, k + (Dense(width, dtype, name="residual")(now) if self.residual == "linear" else now)


class Net(nn.Module):
    """The stack of layers; `taps` gets delayed values by shifts in the parallel run, by rings in `step`."""

    outputs: int
    dilations: tuple[int, ...]
    width: int
    gate: str
    norm: str
    residual: str
    dtype: Any
    remat: bool
    train: bool = False
    axis: str | None = None

    def setup(self) -> None:
        gated = dict(gate=self.gate, norm=self.norm, residual=False, dtype=self.dtype, train=self.train, axis=self.axis)
        layer = nn.remat(Layer) if self.remat else Layer
        self.embed = Dense(self.width, self.dtype)
        self.skip = Dense(self.width, self.dtype)
        self.layers = [layer(Gated(self.width, **gated), self.residual) for _ in self.dilations]
        self.emission = Dense(self.width, self.dtype)
        self.head = Head(self.width, self.outputs, self.dtype)

    def generate(
        self, u: Float[Array, "*S D"], taps: Callable[[int, Array], Array], mask: Float[Array, "*S"] | None = None
    ) -> Float[Array, "*S P"]:
        """Likelihood parameters; `taps(l, d)` is d of layer l one dilation earlier."""
        d = jax.nn.relu(self.embed(u))
        skips = self.skip(d)
        for l, layer in enumerate(self.layers):
            k, d = layer(taps(l, d), d, mask)
            skips = skips + k
        return self.head(jax.nn.relu(self.emission(jax.nn.relu(skips))))

    def __call__(self, batch: Batch, read: Array | None = None) -> NetworkOutput:
        """The parallel run over whole sequences."""
        t, before = (0, [None] * len(self.dilations)) if batch.carry is None else batch.carry
        rings: list[Any] = list(before)

        def taps(l: int, d: Array) -> Array:
            rings[l], past = push_all(rings[l], d, t, self.dilations[l])
            return past

        params = self.generate(inputs(batch.x, batch.before, read), taps, batch.mask)
        return NetworkOutput(params, [], (jnp.asarray(t + batch.x.shape[1], jnp.int32), tuple(rings)))

    def step(self, carry: Carry, u: Float[Array, "B D"]) -> tuple[Carry, Float[Array, "B P"]]:
        """One frame of the stepped run, with rings in place of delays."""
        t, rings = carry[0], list(carry[1])

        def taps(l: int, d: Array) -> Array:
            rings[l], past = push(rings[l], d, t)
            return past

        params = self.generate(u, taps)
        return (t + 1, tuple(rings)), params
