"""Variational recurrent network (VRNN, Chung et al. 2015).

     generative model                                 inference network

     x[t-1]   z[t-1]                                  x[t]
         \\     |                                         \\
          h[t-2] --> h[t-1] --> z[t]            h[t-1] --> z[t]
                         \\      |
                           p(x[t])

With h_{t-1} = LSTM([phi_x(x_{t-1}); phi_z(z_{t-1})], h_{t-2}), whose first inputs are the given frame and zeros:
    z_t ~ N(mu(h_{t-1}), sigma(h_{t-1})), or N(0, I) for VRNN-I                       (eq. 5)
    p(x_t | z_<=t, x_<t) from [phi_z(z_t); h_{t-1}]                                   (eq. 6)
    q(z_t | x_<=t, z_<t) = N(mu'(phi_x(x_t), h_{t-1}), sigma'(phi_x(x_t), h_{t-1}))   (eq. 9)
"""

from typing import Any

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.dists import gaussian as normal
from swn_jax.dists.likelihood import gaussian
from swn_jax.layers.dense import Head
from swn_jax.layers.latent import Latent, Normal, from_posterior, from_prior
from swn_jax.layers.mlp import Hidden
from swn_jax.layers.recurrent import LSTM, scan_time
from swn_jax.models.base import DTYPES, NetworkOutput, choose, pair, positive
from swn_jax.models.recurrent import record
from swn_jax.ops.alike import zeros_for
from swn_jax.ops.time import inputs
from swn_jax.recorded import recorded
from swn_jax.types import Batch, Carry, Likelihood, Model

PRIORS = dict.fromkeys(("learned", "standard"))


class Net(nn.Module):
    """One cell and its latent variable; `frame` is one frame of both the parallel and the stepped run."""

    outputs: int
    depth: int
    width: int
    cells: int
    latent: int
    learned: bool
    log_scale_bounds: tuple[float, float]
    dtype: Any

    def setup(self) -> None:
        def hidden(depth: int) -> Hidden:
            return Hidden(self.width, depth, self.dtype)

        def gauss() -> nn.Module:
            return nn.Sequential(
                [hidden(self.depth - 1), Latent(self.latent, self.width, self.log_scale_bounds, self.dtype)]
            )

        self.phi_x, self.phi_z = hidden(self.depth), hidden(self.depth)
        self.cell = LSTM(self.cells, inner=self.width, dtype=self.dtype)
        self.prior, self.posterior = gauss(), gauss()
        self.emission = nn.Sequential([hidden(self.depth - 1), Head(self.width, self.outputs, self.dtype)])

    def carry(self, rows: Float[Array, "B ..."]) -> Carry:
        """The state of the cell, and phi_z(z) of the previous frame: zeros."""
        return self.cell.carry(rows), zeros_for(rows, self.width)

    def p(self, h: Float[Array, "*S H"], noise: Float[Array, "*S N"]) -> Normal:
        """The prior of z_t given h_{t-1}."""
        return self.prior(h) if self.learned else Normal(jnp.zeros_like(noise), jnp.zeros_like(noise))

    def frame(self, carry: Carry, at: tuple[Array, Array | None, Array]) -> tuple[Carry, tuple[Array, Array, Normal]]:
        """h_{t-1}, phi_z(z_t) and the Gaussian of z_t: the posterior, or the prior where phi_x(x_t) is None."""
        projected, phi_x, noise = at
        state, phi_z = carry
        state, h = self.cell(state, projected, phi_z)
        q = self.p(h, noise) if phi_x is None else self.posterior(jnp.concatenate([phi_x, h], axis=-1))
        phi_z = self.phi_z(normal.draw(q.mean, q.log_scale, noise))
        return (state, phi_z), (h, phi_z, q)

    def emit(self, h: Float[Array, "*S H"], phi_z: Float[Array, "*S E"]) -> Float[Array, "*S P"]:
        """Likelihood parameters."""
        return self.emission(jnp.concatenate([phi_z, h], axis=-1))

    def __call__(self, batch: Batch, noise: Array, infer: bool = True, read: Array | None = None) -> NetworkOutput:
        """The parallel run over whole sequences: outside of the loop all that the next state does not wait for."""
        phi = self.phi_x(jnp.concatenate([batch.before[:, None], batch.x], axis=1))
        phi_u = phi[:, :-1] if read is None else self.phi_x(inputs(batch.x, batch.before, read))
        given = self.cell.project(phi_u), phi[:, 1:] if infer else None, noise
        start = self.carry(batch.x) if batch.carry is None else batch.carry
        carry, (h, phi_z, q) = scan_time(self.frame, start, given, batch.mask)
        drawn = from_posterior(q, self.p(h, noise), noise) if infer else from_prior(q, noise)
        return NetworkOutput(self.emit(h, phi_z), [drawn], carry)

    def step(self, carry: Carry, u: Array, noise: Array) -> tuple[Carry, Array]:
        """One frame of the stepped run."""
        carry, (h, phi_z, _) = self.frame(carry, (self.cell.project(self.phi_x(u)), None, noise))
        return carry, self.emit(h, phi_z)


@recorded
def vrnn(
    frame: int,
    *,
    depth: int = 4,
    width: int = 500,
    cells: int = 2000,
    latent: int = 200,
    prior: str = "learned",
    log_scale_bounds: tuple[float, float] = (-8.0, 8.0),
    likelihood: Likelihood | None = None,
    dtype: str = "float32",
) -> Model:
    """VRNN; its posterior is filtering: it sees no frame after its own.

    Args:
      frame: D, the width of a frame.
      depth: hidden layers of phi_x, phi_z, prior, posterior and emission: 4 for speech in the paper, 1 for ink.
      width: units of these layers.
      cells: LSTM units.
      latent: dimensions of the latent variable.
      prior: "learned" from the state, or "standard" for N(0, I) at every frame (VRNN-I).
      log_scale_bounds: least and largest log standard deviation of prior and posterior, nats.
      likelihood: the density of a frame; the diagonal Gaussian with its floor at -12 when None.
      dtype: "float32", or "bfloat16" for the operands of matrix products; all else stays float32.
    Raises:
      SwnError: for sizes below 1 and unknown names.
    """
    likelihood = gaussian() if likelihood is None else likelihood
    positive(frame=frame, depth=depth, width=width, cells=cells, latent=latent)
    choose("prior", prior, PRIORS)
    net = Net(
        likelihood.size(frame), depth, width, cells, latent, prior == "learned", pair(log_scale_bounds),
        choose("dtype", dtype, DTYPES),
    )  # fmt: skip
    return record(frame, (latent,), likelihood, net)
