"""The network of Z-forcing: generator, inference network and the prediction of the backward states."""

from typing import Any

import jax.numpy as jnp
from flax import linen as nn
from jax import lax
from jaxtyping import Array, Float

from swn_jax.dists import gaussian as normal
from swn_jax.layers.dense import HEAD_SCALE, Dense, Head
from swn_jax.layers.latent import Latent, LatentSample, from_posterior, from_prior
from swn_jax.layers.loop_latent import LoopLatent
from swn_jax.layers.recurrent import LSTM, lstm_update, scan_time
from swn_jax.models.base import NetworkOutput
from swn_jax.models.frames import with_following
from swn_jax.ops.bounds import bounded
from swn_jax.ops.matmul import matmul
from swn_jax.ops.time import inputs, shifted
from swn_jax.types import Batch, Carry


class Net(nn.Module):
    """Generator and inference network; `frame` is one frame of both the parallel and the stepped run."""

    outputs: int
    width: int
    cells: int
    latent: int
    cond_ln: bool
    aux: bool
    log_scale_bounds: tuple[float, float]
    dtype: Any

    def setup(self) -> None:
        self.embed = Dense(self.width, self.dtype)
        self.backward = LSTM(self.cells, dtype=self.dtype)
        self.p = Latent(self.latent, self.width, self.log_scale_bounds, self.dtype)
        self.q = LoopLatent(self.latent, self.width, self.cells, self.log_scale_bounds, self.dtype)
        self.head = Dense(self.outputs, self.dtype, HEAD_SCALE)
        self.cell = LSTM(self.cells, 0 if self.cond_ln else self.width, self.dtype)
        if self.cond_ln:
            self.modulation = Head(self.width, 8 * self.cells, self.dtype)
            self.norm_e = nn.LayerNorm()
            self.norm_h = nn.LayerNorm(use_scale=False, use_bias=False)
        else:
            self.embed_z = Dense(self.width, self.dtype)
        if self.aux:
            self.predict = Head(self.width, 2 * self.cells, self.dtype)

    @nn.nowrap
    def carry(self, rows: Float[Array, "B ..."]) -> Carry:
        return LSTM(self.cells, parent=None).carry(rows)

    def project(self, u: Float[Array, "*S D"]) -> Float[Array, "*S G"]:
        """The contribution of the previous frame to the gates of the cell."""
        projected = self.cell.project(self.embed(u))
        return self.norm_e(projected) if self.cond_ln else projected

    def move(self, carry: Carry, projected: Float[Array, "B G"], z: Float[Array, "B N"]) -> tuple[Carry, Array]:
        """The new carry and h_t, given z_t."""
        if not self.cond_ln:
            return self.cell(carry, projected, self.embed_z(z))
        h, c = carry
        gain, bias = jnp.split(jnp.clip(self.modulation(z), -3, 3), 2, axis=-1)
        of_h = self.norm_h(matmul(h, self.cell.recurrent, self.dtype))
        return lstm_update(c, projected + (1 + gain) * of_h + bias)

    def frame(self, carry: Carry, at: tuple[Array, Array | None, Array]) -> tuple[Carry, tuple[Array, LatentSample]]:
        """Sample z_t from the posterior, or from the prior where b is None, and compute h_t."""
        projected, of_b, noise = at
        p = self.p(carry[0])
        drawn = from_prior(p, noise) if of_b is None else from_posterior(self.q(of_b, carry[0]), p, noise)
        carry, h = self.move(carry, projected, drawn.z)
        return carry, (h, drawn)

    def infer(self, batch: Batch) -> Float[Array, "B T H"]:
        """The backward states b of every frame."""
        x, mask = with_following(batch)
        projected = self.backward.project(self.embed(x))
        b = scan_time(self.backward.__call__, self.carry(x), projected, mask, reverse=True)[1]
        return b[:, : batch.x.shape[1]]

    def cost(self, h: Array, z: Array, b: Array) -> Float[Array, "B T 1"]:
        """The auxiliary cost `-log p(b_t | h_{t-1}, z_t)` in nats per frame, given h_{t-1}, without a gradient to b."""
        mean, raw = jnp.split(self.predict(jnp.concatenate([h, z], axis=-1)), 2, axis=-1)
        log_p = normal.log_prob(lax.stop_gradient(b), jnp.tanh(mean), bounded(raw, *self.log_scale_bounds))
        return -log_p.sum(-1, keepdims=True)

    def __call__(self, batch: Batch, noise: Array, infer: bool = True, read: Array | None = None) -> NetworkOutput:
        """The parallel run over whole sequences; without inference there is no b, and aux is zero."""
        b = self.infer(batch) if infer else None
        start = self.carry(batch.x) if batch.carry is None else batch.carry
        given = self.project(inputs(batch.x, batch.before, read)), None if b is None else self.q.project(b), noise
        carry, (h, drawn) = scan_time(self.frame, start, given, batch.mask)
        aux = jnp.zeros_like(h[..., : int(self.aux)])
        if self.aux and b is not None:
            aux = self.cost(shifted(h, start[0]), drawn.z, b)
        return NetworkOutput(self.head(h), [drawn], carry, aux)

    def step(self, carry: Carry, u: Array, noise: Array) -> tuple[Carry, Array]:
        """One frame of the stepped run, z from the prior."""
        carry, (h, _) = self.frame(carry, (self.project(u), None, noise))
        return carry, self.head(h)
