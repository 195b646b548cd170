"""The record of a recurrent network."""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array

from swn_jax.models.base import NetworkOutput, assemble
from swn_jax.models.frames import one_frame
from swn_jax.models.fresh import initialized
from swn_jax.types import Batch, Carry, Likelihood, Model, Variables


def record(
    frame: int, latents: tuple[int, ...], likelihood: Likelihood, net: Any, lookahead: int | None = 0,
    sees_before: bool = False,
) -> Model:  # fmt: skip
    """Build the record of a model from a recurrent network.

    Args:
      frame: D, the width of a frame.
      latents: the sizes of its latent variables, lowest first.
      likelihood: the density of a frame.
      net: a flax module that keeps no statistics, with the methods
        `__call__(batch, noise [B, T, N], infer=True) -> NetworkOutput`: the parallel run,
        `carry(rows [B, ...]) -> carry`: the state before the first frame of these rows, computed without weights,
        `step(carry, u [B, D], noise [B, N]) -> (carry, params [B, P])`: one frame after u, z from the prior.
      lookahead, sees_before: as of `assemble`.
    """

    def init(key: Array) -> Variables:
        return initialized(net, key, one_frame(frame), jnp.zeros((1, 1, sum(latents)), jnp.float32))

    def run(
        variables: Variables,
        batch: Batch,
        noise: Array,
        infer: bool,
        train: bool,
        axis: str | None,
        read: Array | None = None,
    ) -> tuple[NetworkOutput, Variables]:
        return net.apply(variables, batch, noise, infer, read), {}

    def carry(before: Array) -> Carry:
        return net.apply({}, before, method="carry")

    def step(variables: Variables, carry: Carry, u: Array, noise: Array, *x_prev: Array) -> tuple[Carry, Array]:
        return net.apply(variables, carry, u, noise, *x_prev, method="step")

    return assemble(frame, latents, likelihood, init, run, carry, step, lookahead, sees_before)
