"""Stochastic recurrent network (STORN, Bayer and Osendorfer 2014).

     generative model                                 inference network

     x[t-1]   z[t] ~ N(0, I)                          x[t]
         \\     |                                       |
          h[t-1] --> h[t] --> p(x[t])                  r[t-1] --> r[t] --> q(z[t])

With u_t = x_{t-1}:
    z_t ~ N(0, I)                             r_t = LSTM(x_t, r_{t-1})
    h_t = LSTM([u_t; z_t], h_{t-1})           q(z_t | x_<=t) = N(mu(r_t), sigma(r_t))
    p(x_t | z_<=t, x_<t) from h_t             r_0 = LSTM(x_0, 0) of the given frame
The latent variables are independent over time, in the prior and, given x, in the posterior. The recognition network of
Bayer and Osendorfer sees the frames up to x_{t-1}; here it sees x_t too (Girin et al. 2021), without which z_t would
carry no information about its own frame.
"""

from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.dists.likelihood import gaussian
from swn_jax.layers.dense import Head
from swn_jax.layers.latent import Latent, Normal, from_posterior, from_prior
from swn_jax.layers.recurrent import LSTM, scan_time
from swn_jax.models.base import DTYPES, NetworkOutput, choose, pair, positive
from swn_jax.models.recurrent import record
from swn_jax.ops.time import inputs
from swn_jax.recorded import recorded
from swn_jax.types import Batch, Carry, Likelihood, Model


class Net(nn.Module):
    """Generator and recognition network; z of all frames is sampled before the generator runs."""

    outputs: int
    width: int
    cells: int
    latent: int
    log_scale_bounds: tuple[float, float]
    dtype: Any

    def setup(self) -> None:
        self.recognition = LSTM(self.cells, dtype=self.dtype)
        self.posterior = Latent(self.latent, self.width, self.log_scale_bounds, self.dtype)
        self.generator = LSTM(self.cells, dtype=self.dtype)
        self.head = Head(self.width, self.outputs, self.dtype)

    def carry(self, rows: Float[Array, "B ..."]) -> Carry:
        """The states before the first frame: of the generator, and of the recognition network before `before`."""
        return self.generator.carry(rows), self.recognition.carry(rows)

    def see(self, state: Carry, projected: Array) -> tuple[Carry, Carry]:
        """One frame of the recognition network."""
        state, _ = self.recognition(state, projected)
        return state, state

    def infer(self, start: Carry, batch: Batch) -> tuple[Carry, Normal]:
        """The posterior of every frame given the frames up to it, `before` included, and the state before the last."""
        r = self.recognition
        first, _ = r(start, r.project(batch.before))
        _, states = scan_time(self.see, first, r.project(batch.x), batch.mask)

        def before_last(start: Array, first: Array, states: Array) -> Array:
            t = batch.x.shape[1]  # a slice, since in a release it is a symbol
            return jnp.concatenate([start[:, None], first[:, None], states], axis=1)[:, t : t + 1][:, 0]

        return jax.tree.map(before_last, start, first, states), self.posterior(states[0])

    def project(self, u: Float[Array, "*S D"], z: Float[Array, "*S N"]) -> Float[Array, "*S G"]:
        """The input of the generator's cell, projected for all frames at once."""
        return self.generator.project(jnp.concatenate([u, z], axis=-1))

    def __call__(self, batch: Batch, noise: Array, infer: bool = True, read: Array | None = None) -> NetworkOutput:
        """The parallel run over whole sequences."""
        p = Normal(jnp.zeros_like(noise), jnp.zeros_like(noise))
        generator, recognition = self.carry(batch.x) if batch.carry is None else batch.carry
        recognition, q = self.infer(recognition, batch)
        drawn = from_posterior(q, p, noise) if infer else from_prior(p, noise)
        projected = self.project(inputs(batch.x, batch.before, read), drawn.z)
        generator, h = scan_time(self.generator.__call__, generator, projected, batch.mask)
        return NetworkOutput(self.head(h), [drawn], (generator, recognition))

    def step(self, carry: Carry, u: Array, noise: Array, x_prev: Array) -> tuple[Carry, Array]:
        """One frame of the stepped run: the noise is the sample of z from N(0, I)."""
        generator, recognition = carry
        recognition, _ = self.recognition(recognition, self.recognition.project(x_prev))
        generator, h = self.generator(generator, self.project(u, noise))
        return (generator, recognition), self.head(h)


@recorded
def storn(
    frame: int,
    *,
    width: int = 512,
    cells: int = 1024,
    latent: int = 256,
    log_scale_bounds: tuple[float, float] = (-8.0, 8.0),
    likelihood: Likelihood | None = None,
    dtype: str = "float32",
) -> Model:
    """STORN, with LSTM cells in both networks and the posterior of z_t conditioned on x_t.

    Args:
      frame: D, the width of a frame.
      width: hidden units of the perceptrons of posterior and emission.
      cells: LSTM units of the generator and of the recognition network.
      latent: dimensions of the latent variable.
      log_scale_bounds: least and largest log standard deviation of the posterior, nats.
      likelihood: the density of a frame; the diagonal Gaussian with its floor at -12 when None.
      dtype: "float32", or "bfloat16" for the operands of matrix products; all else stays float32.
    Raises:
      SwnError: for sizes below 1 and unknown names.
    """
    likelihood = gaussian() if likelihood is None else likelihood
    positive(frame=frame, width=width, cells=cells, latent=latent)
    net = Net(
        likelihood.size(frame),
        width,
        cells,
        latent,
        pair(log_scale_bounds),
        choose("dtype", dtype, DTYPES),
    )
    return record(frame, (latent,), likelihood, net, sees_before=True)
