"""The gated unit of WaveNet, as a function of a frame and a delayed frame."""

from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.errors import unknown
from swn_jax.layers.dense import Dense
from swn_jax.layers.norm import Norm, normed
from swn_jax.ops.affine import affines

GATES = {"sigmoid": jax.nn.sigmoid, "linear": lambda x: x}


class Gated(nn.Module):
    """The gated unit `tanh(F [past; now]) * sigmoid(G [past; now]) + R now` (eq. 4, van den Oord et al. 2016).

    With `past` a delayed `now` the layer is dilated and causal; with an advanced one it is a layer of the reversed
    WaveNet. `gate="linear"` drops the sigmoid, as the released code does.
    """

    width: int
    gate: str = "sigmoid"
    norm: str = "layer"
    residual: bool = True
    dtype: Any = jnp.float32
    train: bool = False
    axis: str | None = None

    @nn.compact
    def __call__(
        self,
        past: Float[Array, "*S C"],
        now: Float[Array, "*S C"],
        mask: Float[Array, "*S"] | None = None,
    ) -> Float[Array, "*S W"]:
        if self.gate not in GATES:
            raise unknown("gate", self.gate, GATES)
        width = now.shape[-1]
        inputs, maps = [[past, now]], [Dense(2 * self.width, name="taps").weights(2 * width)]
        if self.residual:
            inputs, maps = [*inputs, [now]], [*maps, Dense(self.width, name="residual").weights(width)]
        taps, *rest = affines(inputs, maps, self.dtype)
        parts = [*jnp.split(taps, 2, axis=-1), *rest]
        norms = [Norm(self.norm, self.train, self.axis, name=f"norm_{part}") for part in "fgr"[: len(parts)]]
        f, g, *r = normed(norms, parts, mask)
        return sum(r, jnp.tanh(f) * GATES[self.gate](g))
