"""Sampling given real frames, with their z from the posterior: continuations and reconstructions."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from swn_jax.dists.likelihood.weights import weights_of
from swn_jax.ops.alike import alike, gathered
from swn_jax.ops.bounds import limited
from swn_jax.ops.time import histories
from swn_jax.sampling.ancestral import block
from swn_jax.sampling.state import ONE, Condition, SamplerState, Temperature, past_of
from swn_jax.types import Batch, Model, Variables

POSTERIOR = 2**32 - 1  # folded into the key of posterior samples: no frame has this number


def posterior_noise(
    model: Model, variables: Variables, key: Array, batch: Batch, temperature: Temperature
) -> Float[Array, "B T N"]:
    """The noise that z is sampled from the posterior with."""
    shape, dtype = (*batch.mask.shape, sum(model.latents)), alike(batch.x, variables).dtype
    return jnp.asarray(temperature.z, dtype) * jax.random.normal(jax.random.fold_in(key, POSTERIOR), shape, dtype)


def after(
    model: Model,
    variables: Variables,
    key: Array,
    prefix: Float[Array, "B T D"],
    *,
    before: Float[Array, "B D"],
    temperature: Temperature = ONE,
    condition: Condition | None = None,
) -> SamplerState:
    """The state after a prefix of real frames, their z from the posterior, by one parallel pass.

    Args:
      model: whose `trace` and `likelihood.memory` are used.
      variables: its parameters.
      key: fixes the samples.
      prefix: real frames of every sequence, equally many, in standardised units.
      before: the frame before the first.
      temperature: of z; that of x is not used.
      condition: of the sequences, or of each frame of the prefix.
    """
    batch = Batch(prefix, jnp.ones(prefix.shape[:2], prefix.dtype), before, condition)
    trace = model.trace(variables, batch, posterior_noise(model, variables, key, batch, temperature))
    past = past_of(model, before)
    past = jnp.concatenate([past, limited(prefix)], axis=1)[:, prefix.shape[1] :]
    return SamplerState(trace.carry, past, jnp.zeros((), jnp.int32))


def continue_(
    model: Model,
    variables: Variables,
    key: Array,
    prefix: Float[Array, "B T D"],
    frames: int,
    *,
    before: Float[Array, "B D"],
    temperature: Temperature = ONE,
    condition: Float[Array, "B C"] | Float[Array, "B L C"] | None = None,
) -> Float[Array, "B F D"]:
    """The `frames` F frames that follow a prefix; arguments as of `generate`, a condition of all L = T + F frames."""
    given, rest = condition, condition
    if condition is not None and condition.ndim == 3:
        given, rest = condition[:, : prefix.shape[1]], condition[:, prefix.shape[1] :]
    state = after(model, variables, key, prefix, before=before, temperature=temperature, condition=given)
    return block(model, variables, key, state, frames, temperature, rest)[1]


def reconstruct(
    model: Model,
    variables: Variables,
    key: Array,
    batch: Batch,
    *,
    draw: bool = False,
    temperature: Temperature = ONE,
) -> Float[Array, "B T D"]:
    """Each frame from its density given the real frames before it and z_<=t of the posterior: its mean, or a sample.

    Args:
      model: whose `trace` and `likelihood` are used.
      variables: its parameters.
      key: fixes z and the samples of x.
      batch: real sequences; frames of the padding mean nothing.
      draw: whether to sample x_t at its temperature, in place of its mean.
      temperature: of z, and of x where it is sampled.
    """
    variables = gathered(variables)
    if draw:
        return draws(model, variables, key, batch, jnp.arange(batch.x.shape[1]), temperature)
    params = model.trace(variables, batch, posterior_noise(model, variables, key, batch, temperature)).params
    return model.likelihood.mean(
        weights_of(variables), params, histories(limited(batch.x), past_of(model, batch.before, batch.past))
    )


def draws(
    model: Model,
    variables: Variables,
    key: Array,
    batch: Batch,
    places: Int[Array, " F"],
    temperature: Temperature = ONE,
) -> Float[Array, "B F D"]:
    """The frames at some places, each from its density given the real frames before it and z_<=t of the posterior.

    Args:
      model: whose `trace` and `likelihood.sample` are used.
      variables: its parameters.
      key: fixes z and the samples of x.
      batch: real sequences.
      places: numbers of frames, from 0.
      temperature: of z and x.
    """
    params = model.trace(variables, batch, posterior_noise(model, variables, key, batch, temperature)).params
    past = histories(limited(batch.x), past_of(model, batch.before, batch.past))
    key, weights = jax.random.fold_in(key, 0), weights_of(variables)
    return model.likelihood.sample(weights, key, params[:, places], past[:, places], temperature.x)
