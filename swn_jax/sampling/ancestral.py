"""Ancestral sampling: each frame from its density given the sampled past."""

from collections.abc import Iterator

import jax
from jax import lax
from jaxtyping import Array, Float

from swn_jax.dists.likelihood.weights import weights_of
from swn_jax.ops.alike import gathered
from swn_jax.sampling.state import ONE, SamplerState, Temperature, fitting, pushed, start
from swn_jax.types import Model, Variables


def block(
    model: Model, variables: Variables, key: Array, state: SamplerState, frames: int, temperature: Temperature = ONE
) -> tuple[SamplerState, Float[Array, "B T D"]]:
    """The next `frames` frames: z_t from the prior given x_<t and z_<t, then x_t from its density (eqs. 2 and 3)."""
    variables = gathered(variables)
    dimensions, weights = sum(model.latents), weights_of(variables)
    state, temperature = fitting(state, temperature, variables, key)

    def draw(state: SamplerState, _: None) -> tuple[SamplerState, Array]:
        key_z, key_x = jax.random.split(jax.random.fold_in(key, state.t))
        noise = temperature.z * jax.random.normal(key_z, (len(state.past), dimensions), state.past.dtype)
        carry, params = model.step(variables, state.carry, state.past[:, -1], noise)
        x = model.likelihood.sample(weights, key_x, params, state.past, temperature.x)
        return SamplerState(carry, pushed(state.past, x), state.t + 1), x

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
    """New sequences by ancestral sampling, from the start of a recording.

    Args:
      model: whose `carry`, `step` and `likelihood` are used.
      variables: its parameters.
      key: fixes the samples.
      frames: T, the number of frames to sample.
      before: the frame before the first, zeros at the start of a recording; its B is the number of sequences.
      temperature: of x and z.
    """
    return block(model, variables, key, start(model, before), frames, temperature)[1]


def stream(
    model: Model,
    variables: Variables,
    key: Array,
    state: SamplerState,
    *,
    frames: int,
    temperature: Temperature = ONE,
) -> Iterator[Float[Array, "B T D"]]:
    """Blocks of `frames` frames without end, in bounded memory; joined, they equal one long block."""
    while True:
        state, x = _compiled(model, variables, key, state, frames, temperature)
        yield x


_compiled = jax.jit(block, static_argnames=("model", "frames"))  # once for equal models
