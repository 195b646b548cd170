"""Stochastic recurrent network (SRNN, Fraccaro et al. 2016): a chain of latent variables on a deterministic chain.

     generative model                                 inference network

     x[t-1]                                           x[t]
       |                                                \\
     d[t-1] --> d[t] ----.                     d[t] --> a[t] <-- a[t+1]
                 |       |                                |
     z[t-1] --> z[t] --> p(x[t])             z[t-1] --> z[t]

With the embedding e, two hidden layers, shared by both networks:
    d_t = GRU(e(x_{t-1}), d_{t-1})                         z_t ~ N(mu_p([d_t; z_{t-1}]), sigma_p([d_t; z_{t-1}]))
    p(x_t | z_t, d_t) from [d_t; z_t]
    a_t = GRU([d_t; e(x_t)], a_{t+1}), the smoother, or hidden layers of [d_t; e(x_t)], the filter
    q(z_t | z_{t-1}, a_t) = N(mu_p + mu_q([a_t; z_{t-1}]), sigma_q([a_t; z_{t-1}]))
The loop that samples z contains only the products with z_{t-1}.
"""

from typing import Any

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.dists.likelihood import gaussian
from swn_jax.layers.dense import HEAD_SCALE, Dense
from swn_jax.layers.latent import LatentSample, Normal, from_posterior, from_prior
from swn_jax.layers.loop_latent import LoopLatent
from swn_jax.layers.mlp import Hidden, leaky
from swn_jax.layers.recurrent import GRU, scan_time
from swn_jax.models.base import DTYPES, NetworkOutput, choose, pair, positive
from swn_jax.models.frames import with_following
from swn_jax.models.recurrent import record
from swn_jax.ops.alike import zeros_for
from swn_jax.ops.time import inputs
from swn_jax.recorded import recorded
from swn_jax.types import Batch, Carry, Likelihood, Model

POSTERIORS = dict.fromkeys(("smooth", "filter"))


class Net(nn.Module):
    """Generator and inference network; `draw` is one frame of both the parallel and the stepped run."""

    outputs: int
    width: int
    cells: int
    latent: int
    posterior: str
    residual_mean: bool
    log_scale_bounds: tuple[float, float]
    dtype: Any

    def setup(self) -> None:
        gauss = LoopLatent(self.latent, self.width, self.latent, self.log_scale_bounds, self.dtype)
        self.embed = Hidden(self.width, 2, self.dtype, leaky)
        self.forward = GRU(self.cells, self.dtype)
        if self.posterior == "smooth":
            self.backward = GRU(self.cells, self.dtype)
        else:
            self.filter = Hidden(self.width, 2, self.dtype, leaky)
        self.p, self.q = gauss.copy(), gauss.copy()
        self.emission = Hidden(self.width, 2, self.dtype, leaky)
        self.head = Dense(self.outputs, self.dtype, HEAD_SCALE)

    @nn.nowrap
    def carry(self, rows: Float[Array, "B ..."]) -> Carry:
        """(d, z) before the first frame."""
        return GRU(self.cells, parent=None).carry(rows), zeros_for(rows, self.latent)

    def infer(self, last: Array, d: Float[Array, "B T C"], batch: Batch, u: Array) -> Float[Array, "B T H"]:
        """The contribution of the features a of every frame to the hidden layer of the posterior."""
        frames = batch.x.shape[1]
        if self.posterior == "filter":
            return self.q.project(self.filter(jnp.concatenate([d, self.embed(batch.x)], axis=-1)))
        if batch.following is not None:
            d = jnp.concatenate([d, self.chain(last, u[:, frames:], batch.following.mask)[1]], axis=1)
        x, mask = with_following(batch)
        a = self.backward.project(jnp.concatenate([d, self.embed(x)], axis=-1))
        a = scan_time(self.backward.__call__, self.backward.carry(x), a, mask, reverse=True)[1]
        return self.q.project(a[:, :frames])

    def chain(self, d: Array, u: Float[Array, "B T D"], mask: Float[Array, "B T"]) -> tuple[Array, Array]:
        """The last d, and those of every frame, from the one before the first."""
        return scan_time(self.forward.__call__, d, self.forward.project(self.embed(u)), mask)

    def draw(self, z: Float[Array, "B N"], at: tuple[Array, Array | None, Array]) -> tuple[Array, LatentSample]:
        """Sample z_t given z_{t-1}: from the posterior, or from the prior where the features are None."""
        of_d, of_a, noise = at
        p = self.p(of_d, z)
        if of_a is None:
            drawn = from_prior(p, noise)
        else:
            q = self.q(of_a, z)
            drawn = from_posterior(Normal(p.mean + q.mean, q.log_scale) if self.residual_mean else q, p, noise)
        return drawn.z, drawn

    def emit(self, d: Float[Array, "*S C"], z: Float[Array, "*S N"]) -> Float[Array, "*S P"]:
        """Likelihood parameters."""
        return self.head(self.emission(jnp.concatenate([d, z], axis=-1)))

    def __call__(self, batch: Batch, noise: Array, infer: bool = True, read: Array | None = None) -> NetworkOutput:
        """The parallel run over whole sequences."""
        first_d, first_z = self.carry(batch.x) if batch.carry is None else batch.carry
        u = inputs(with_following(batch)[0], batch.before, read)
        last_d, d = self.chain(first_d, u[:, : batch.x.shape[1]], batch.mask)
        of_a = self.infer(last_d, d, batch, u) if infer else None
        last_z, drawn = scan_time(self.draw, first_z, (self.p.project(d), of_a, noise), batch.mask)
        return NetworkOutput(self.emit(d, drawn.z), [drawn], (last_d, last_z))

    def step(self, carry: Carry, u: Array, noise: Array) -> tuple[Carry, Array]:
        """One frame of the stepped run, z from the prior."""
        d, z = carry
        _, d = self.forward(d, self.forward.project(self.embed(u)))
        z, _ = self.draw(z, (self.p.project(d), None, noise))
        return (d, z), self.emit(d, z)


@recorded
def srnn(
    frame: int,
    *,
    width: int = 512,
    cells: int = 1024,
    latent: int = 256,
    posterior: str = "smooth",
    residual_mean: bool = True,
    log_scale_bounds: tuple[float, float] = (-8.0, 8.0),
    likelihood: Likelihood | None = None,
    dtype: str = "float32",
) -> Model:
    """SRNN; the defaults are the paper's sizes for TIMIT.

    Args:
      frame: D, the width of a frame.
      width: hidden units of all perceptrons.
      cells: GRU units of d and of a.
      latent: dimensions of the latent variable.
      posterior: "smooth" conditions z_t on all of x, "filter" on the frames up to x_t.
      residual_mean: whether the posterior's mean is the prior's plus a correction.
      log_scale_bounds: least and largest log standard deviation of prior and posterior, nats.
      likelihood: the density of a frame; the diagonal Gaussian with its floor at -12 when None.
      dtype: "float32", or "bfloat16" for the operands of matrix products; all else stays float32.
    Raises:
      SwnError: for sizes below 1 and unknown names.
    """
    likelihood = gaussian() if likelihood is None else likelihood
    positive(frame=frame, width=width, cells=cells, latent=latent)
    choose("posterior", posterior, POSTERIORS)
    net = Net(
        likelihood.size(frame), width, cells, latent, posterior, residual_mean, pair(log_scale_bounds),
        choose("dtype", dtype, DTYPES),
    )  # fmt: skip
    return record(frame, (latent,), likelihood, net, None if posterior == "smooth" else 0)
