"""Interpolation between real sequences in latent space."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from swn_jax.dists.likelihood.weights import weights_of
from swn_jax.errors import SwnError
from swn_jax.ops.alike import gathered
from swn_jax.ops.once import scan_with
from swn_jax.sampling.posterior import posterior_noise
from swn_jax.sampling.state import ONE, Condition, SamplerState, Temperature, by_time, fitting, pushed, start
from swn_jax.types import Batch, Model, Variables


def interpolate(
    model: Model,
    variables: Variables,
    key: Array,
    a: Batch,
    b: Batch,
    weights: Float[Array, " K"],
    *,
    temperature: Temperature = ONE,
) -> Float[Array, "K B T D"]:
    """Sequences between `a` (weight 0) and `b` (weight 1) in latent space, each frame the mean of its density.

    The noise of z under the prior, e_t = (z_t - mu_t) / sigma_t with z from the posterior, is mixed so that its
    variance stays one, e = ((1 - w) e_a + w e_b) / sqrt((1 - w)^2 + w^2), and drives the stepped run, which sees
    no frame of either sequence but the one before the first. That one, and a condition, are mixed as (1 - w) a + w b.

    Args:
      model: whose `trace`, `carry`, `step` and `likelihood.mean` are used.
      variables: its parameters.
      key: fixes the posterior samples.
      a, b: real sequences of equal shapes.
      weights: of b.
      temperature: of z in the posterior samples; that of x is not used.
    Raises:
      SwnError: for a model without latent variables, other shapes, and stretches from within recordings.
    """
    if not model.latents:
        raise SwnError("found a model without latent variables: nothing to interpolate, take another model")
    if any(part is not None for end in (a, b) for part in (end.carry, end.past, end.following)):
        raise SwnError("found a stretch of a recording: an interpolation starts at its start, leave the carry out")
    for name, found, wanted in zip(b._fields, b, a, strict=True):
        there, here = (list(np.shape([] if each is None else each)) for each in (found, wanted))
        if there != here:
            of = "b" if name == "x" else f"b.{name}"
            raise SwnError(f"{of}: found shape {there}, wanted {here}, that of a")
    keys = jax.random.split(key)
    e_a = model.trace(variables, a, posterior_noise(model, variables, keys[0], a, temperature)).noise
    e_b = model.trace(variables, b, posterior_noise(model, variables, keys[1], b, temperature)).noise

    def at(w: Array) -> Array:
        e = ((1 - w) * e_a + w * e_b) / jnp.sqrt((1 - w) ** 2 + w**2)
        ends = (a.before, a.condition), (b.before, b.condition)
        before, condition = jax.tree.map(lambda a, b: (1 - w) * a + w * b, *ends)
        return replay(model, variables, e, before=before, condition=condition)

    return lax.map(at, weights)


def replay(
    model: Model, variables: Variables, noise: Float[Array, "B T N"], *, before: Float[Array, "B D"],
    condition: Condition | None = None,
) -> Float[Array, "B T D"]:  # fmt: skip
    """The sequences for given noise of z, each frame the mean of its density and the input of the next step."""
    variables = gathered(variables)
    state, _ = fitting(start(model, before), ONE, variables, noise, condition)
    fixed, each = by_time(condition, state)

    def frame(variables: Variables, state: SamplerState, at: tuple[Array, Array | None]) -> tuple[SamplerState, Array]:
        e, own = at
        given = fixed if own is None else own
        carry, params = model.step(variables, state.carry, state.past[:, -1], e, condition=given)
        x = model.likelihood.mean(weights_of(variables), params, state.past)
        return SamplerState(carry, pushed(state.past, x), state.t + 1), x

    _, x = scan_with(frame, variables, state, (noise.swapaxes(0, 1), each))
    return x.swapaxes(0, 1)
