"""Ancestral sampling: each frame from its density given the sampled past."""

from collections.abc import Iterator

import jax
from jaxtyping import Array, Float

from swn_jax.dists.likelihood.weights import weights_of
from swn_jax.ops.alike import gathered
from swn_jax.ops.once import scan_with
from swn_jax.sampling.state import ONE, Condition, SamplerState, Temperature, by_time, fitting, pushed, start
from swn_jax.types import Model, Variables


def block(
    model: Model, variables: Variables, key: Array, state: SamplerState, frames: int, temperature: Temperature = ONE,
    condition: Condition | None = None,
) -> tuple[SamplerState, Float[Array, "B T D"]]:  # fmt: skip
    """The next `frames` frames: z_t from the prior given x_<t and z_<t, then x_t from its density (eqs. 2 and 3)."""
    variables = gathered(variables)
    dimensions = sum(model.latents)
    state, temperature = fitting(state, temperature, variables, key, condition)
    fixed, each = by_time(condition, state)

    def draw(variables: Variables, state: SamplerState, own: Array | None) -> tuple[SamplerState, Array]:
        key_z, key_x = jax.random.split(jax.random.fold_in(key, state.t))
        noise = temperature.z * jax.random.normal(key_z, (len(state.past), dimensions), state.past.dtype)
        given = fixed if own is None else own
        carry, params = model.step(variables, state.carry, state.past[:, -1], noise, condition=given)
        x = model.likelihood.sample(weights_of(variables), key_x, params, state.past, temperature.x)
        return SamplerState(carry, pushed(state.past, x), state.t + 1), x

    state, x = scan_with(draw, variables, state, each, length=frames)
    return state, x.swapaxes(0, 1)


def generate(
    model: Model,
    variables: Variables,
    key: Array,
    frames: int,
    *,
    before: Float[Array, "B D"],
    temperature: Temperature = ONE,
    condition: Condition | None = None,
) -> Float[Array, "B T D"]:
    """New sequences by ancestral sampling, from the start of a recording.

    Args:
      model: whose `carry`, `step` and `likelihood` are used.
      variables: its parameters.
      key: fixes the samples.
      frames: T, the number of frames to sample.
      before: the frame before the first, as of `start`; its B is the number of sequences.
      temperature: of x and z.
      condition: what a model with one is given with each sequence [B, C], or with each frame [B, T, C].
    """
    return block(model, variables, key, start(model, before), frames, temperature, condition)[1]


def stream(
    model: Model,
    variables: Variables,
    key: Array,
    state: SamplerState,
    *,
    frames: int,
    temperature: Temperature = ONE,
    condition: Float[Array, "B C"] | None = None,
) -> Iterator[Float[Array, "B T D"]]:
    """Blocks of `frames` frames without end, in bounded memory; joined, they equal one long block."""
    while True:
        state, x = _compiled(model, variables, key, state, frames, temperature, condition)
        yield x


_compiled = jax.jit(block, static_argnames=("model", "frames"))  # once for equal models
