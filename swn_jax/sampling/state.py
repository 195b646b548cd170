"""The explicit state of a sampler, and the temperatures that it samples at."""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from swn_jax.ops.alike import alike, varying_as
from swn_jax.ops.bounds import limited
from swn_jax.ops.time import frames_before
from swn_jax.types import Carry, Model

Condition = Float[Array, "B C"] | Float[Array, "B T C"]  # for all frames, or for each


class SamplerState(NamedTuple):
    """The state of a sampler between two frames."""

    carry: Carry
    past: Float[Array, "B M D"]  # the last frames, as many as the likelihood remembers
    t: Int[Array, ""]  # the number of frames sampled so far


class Temperature(NamedTuple):
    """Factors on the standard deviations of x and of z; of mixture weights and bits, the exponent 1 / x."""

    x: float | Float[Array, ""] = 1.0
    z: float | Float[Array, ""] = 1.0


ONE = Temperature()


def start(model: Model, before: Float[Array, "B D"]) -> SamplerState:
    """The state before the first frame.

    Args:
      model: whose `carry` and `likelihood.memory` are used.
      before: the frame before the first: zeros before a recording of sound or ink, a real pose before one of motion.
    """
    return SamplerState(model.carry(before), past_of(model, before), jnp.zeros((), jnp.int32))


def past_of(
    model: Model, before: Float[Array, "B D"], past: Float[Array, "B M D"] | None = None
) -> Float[Array, "B M D"]:
    """What the likelihood is given of the frames before the first."""
    return limited(frames_before(jnp.asarray(before), model.likelihood.memory(model.frame), past))


def fitting(state: SamplerState, temperature: Temperature, *like: Any) -> tuple[SamplerState, Temperature]:
    """The state in the type that a loop with these variables, keys or noise makes of it, and temperatures likewise."""
    x, z = map(jnp.asarray, temperature)
    state = alike(varying_as(state, (x, z)), *like)
    return state, Temperature(x.astype(state.past.dtype), z.astype(state.past.dtype))


def by_time(condition: Condition | None, state: SamplerState) -> tuple[Array | None, Array | None]:
    """A condition, in the dtype of a state, as what a loop over time closes over, or what it runs over."""
    if condition is None:
        return None, None
    condition = jnp.asarray(condition, state.past.dtype)
    return (condition, None) if condition.ndim == 2 else (None, condition.swapaxes(0, 1))


def pushed(past: Float[Array, "B M D"], x: Float[Array, "B D"]) -> Float[Array, "B M D"]:
    """The last frames after one more."""
    return jnp.concatenate([past[:, 1:], x[:, None]], axis=1)
