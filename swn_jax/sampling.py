"""New sequences from a model, and old ones continued, made again and mixed; by the protocol of `Model` alone.

Time runs in steps at a constant cost a frame. Each frame draws from a key of its own, folded from its number, so that
the same frames come out in one block or in many.
"""

import functools
from collections.abc import Iterator
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.errors import SwnError
from swn_jax.types import Batch, Carry, Model, Variables

POSTERIOR = 2**32 - 1  # the number from which the key of posterior draws is folded: no frame has it


class SamplerState(NamedTuple):
    """Where sampling stands between two frames."""

    carry: Carry
    x: Float[Array, "B D"]  # the last frame
    t: Int[Array, ""]  # frames drawn


class Temperature(NamedTuple):
    """Factors on the standard deviations of x and of z; of weights and bits, the exponent 1 / x."""

    x: float | Float[Array, ""] = 1.0
    z: float | Float[Array, ""] = 1.0


ONE = Temperature()


def start(model: Model, before: Float[Array, "B D"]) -> SamplerState:
    """Before the first frame; `before` is the frame given to it, zeros at the start of a recording."""
    return SamplerState(model.carry(before.shape[0]), before, jnp.zeros((), jnp.int32))


def after(
    model: Model,
    variables: Variables,
    key: Array,
    prefix: Float[Array, "B T D"],
    *,
    before: Float[Array, "B D"],
    temperature: Temperature = ONE,
) -> SamplerState:
    """After a given prefix, its z drawn from the posterior, by one parallel pass.

    Args:
      model, variables: of which `trace` is used.
      key: fixes the draws.
      prefix: real frames, as many of each sequence, in standardised units.
      before: the frame before the first.
      temperature: of which z counts.
    """
    batch = Batch(prefix, jnp.ones(prefix.shape[:2], prefix.dtype), before)
    trace = model.trace(variables, batch, posterior_noise(model, key, batch, temperature))
    return SamplerState(trace.carry, prefix[:, -1], jnp.zeros((), jnp.int32))


def block(
    model: Model, variables: Variables, key: Array, state: SamplerState, frames: int, temperature: Temperature = ONE
) -> tuple[SamplerState, Float[Array, "B T D"]]:
    """The next `frames` frames: z_t from the prior given x_<t and z_<t, then x_t from its density (eqs. 2 and 3)."""
    numbers = sum(model.latents)

    def draw(state: SamplerState, _: None) -> tuple[SamplerState, Array]:
        key_z, key_x = jax.random.split(jax.random.fold_in(key, state.t))
        noise = temperature.z * jax.random.normal(key_z, (state.x.shape[0], numbers), state.x.dtype)
        carry, params = model.step(variables, state.carry, state.x, noise)
        x = model.likelihood.sample(key_x, params, temperature.x)
        return SamplerState(carry, x, state.t + 1), x

    state, x = lax.scan(draw, state, length=frames)
    return state, x.swapaxes(0, 1)


def generate(
    model: Model,
    variables: Variables,
    key: Array,
    frames: int,
    *,
    before: Float[Array, "B D"],
    temperature: Temperature = ONE,
) -> Float[Array, "B T D"]:
    """Ancestral samples, from the start of a recording.

    Args:
      model: of which `carry`, `step` and `likelihood.sample` are used.
      variables: its parameters.
      key: fixes the samples.
      frames: T, how many frames to draw.
      before: the frame before the first, zeros at the start of a recording; its B is the number of samples.
      temperature: of x and z.
    """
    return block(model, variables, key, start(model, before), frames, temperature)[1]


def continue_(
    model: Model,
    variables: Variables,
    key: Array,
    prefix: Float[Array, "B T D"],
    frames: int,
    *,
    before: Float[Array, "B D"],
    temperature: Temperature = ONE,
) -> Float[Array, "B F D"]:
    """The `frames` F frames that follow a given prefix; arguments as in `after` and `generate`."""
    state = after(model, variables, key, prefix, before=before, temperature=temperature)
    return block(model, variables, key, state, frames, temperature)[1]


def stream(
    model: Model,
    variables: Variables,
    key: Array,
    state: SamplerState,
    *,
    frames: int,
    temperature: Temperature = ONE,
) -> Iterator[Float[Array, "B T D"]]:
    """Blocks of `frames` frames without end, in bounded memory; together they are what one long block would be."""
    following = jax.jit(functools.partial(block, model, frames=frames))
    while True:
        state, x = following(variables, key, state, temperature=temperature)
        yield x


def reconstruct(
    model: Model,
    variables: Variables,
    key: Array,
    batch: Batch,
    *,
    draw: bool = False,
    temperature: Temperature = ONE,
) -> Float[Array, "B T D"]:
    """Each frame from its density given the frames before it and z_<=t of the posterior: its mean, or a draw.

    Args:
      model: of which `trace` and `likelihood` are used.
      variables: its parameters.
      key: fixes z and the draws of x.
      batch: real sequences; frames of the padding mean nothing.
      draw: whether to draw x_t, at its temperature; its mean else.
      temperature: of z, and of x where it is drawn.
    """
    params = model.trace(variables, batch, posterior_noise(model, key, batch, temperature)).params
    if not draw:
        return model.likelihood.mean(params)
    return model.likelihood.sample(jax.random.fold_in(key, 0), params, temperature.x)


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

    What the prior could not foresee of z, e_t = (z_t - mu_t) / sigma_t with z from the posterior, is mixed so that its
    variance stays one, e = ((1 - w) e_a + w e_b) / sqrt((1 - w)^2 + w^2), and drives the stepped run, which is given
    no frame of either sequence but the one before the first.

    Args:
      model: of which `trace`, `carry`, `step` and `likelihood.mean` are used.
      variables: its parameters.
      key: fixes the posterior draws.
      a, b: real sequences of equal shapes.
      weights: of b.
      temperature: of which z counts, in the posterior draws.
    Raises:
      SwnError: for a model without latent variables.
    """
    if not model.latents:
        raise SwnError("found a model without latent variables: nothing to interpolate, take another model")
    keys = jax.random.split(key)
    e_a = model.trace(variables, a, posterior_noise(model, keys[0], a, temperature)).noise
    e_b = model.trace(variables, b, posterior_noise(model, keys[1], b, temperature)).noise

    def at(w: Array) -> Array:
        e = ((1 - w) * e_a + w * e_b) / jnp.sqrt((1 - w) ** 2 + w**2)
        return replay(model, variables, e, before=(1 - w) * a.before + w * b.before)

    return lax.map(at, weights)


def replay(
    model: Model, variables: Variables, noise: Float[Array, "B T N"], *, before: Float[Array, "B D"]
) -> Float[Array, "B T D"]:
    """The sequences that given noise of z leads to, each frame the mean of its density and given to the next."""

    def frame(state: tuple[Carry, Array], e: Array) -> tuple[tuple[Carry, Array], Array]:
        carry, params = model.step(variables, state[0], state[1], e)
        x = model.likelihood.mean(params)
        return (carry, x), x

    _, x = lax.scan(frame, (model.carry(before.shape[0]), before), noise.swapaxes(0, 1))
    return x.swapaxes(0, 1)


def posterior_noise(model: Model, key: Array, batch: Batch, temperature: Temperature) -> Float[Array, "B T N"]:
    """What z of the posterior is drawn with."""
    shape = (*batch.mask.shape, sum(model.latents))
    return temperature.z * jax.random.normal(jax.random.fold_in(key, POSTERIOR), shape, batch.x.dtype)
