"""Schedules for the weight of the KL term, with explicit state: `init() -> state`, `update(state) -> state`."""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from swn_jax.errors import SwnError, unknown


class AnnealState(NamedTuple):
    """The state of a schedule: the weight of the next step."""

    taken: Int[Array, ""]  # steps so far
    beta: Float[Array, ""]


class Anneal(NamedTuple):
    """A schedule as a pair of pure functions over an explicit state, as in optax."""

    init: Callable[[], AnnealState]
    update: Callable[[AnnealState], AnnealState]


def _schedule(weight: Callable[[Array], Array]) -> Anneal:
    def at(count: Array) -> AnnealState:
        return AnnealState(count, jnp.asarray(weight(count.astype(jnp.float32)), jnp.float32))

    return Anneal(init=lambda: at(jnp.zeros((), jnp.int32)), update=lambda state: at(state.taken + 1))


def _progress(count: Array, steps: int) -> Array:
    return jnp.clip(count / steps, 0.0, 1.0)


def cosine(steps: int, start: float = 0.0) -> Anneal:
    """The paper's schedule (section 3.2): `1 - (1 - start) cos(a)`, a from 0 to pi/2 over `steps` updates, then 1.

    >>> schedule = cosine(2)
    >>> state = schedule.init()
    >>> for _ in range(3):
    ...     print(round(float(state.beta), 4))
    ...     state = schedule.update(state)
    0.0
    0.2929
    1.0
    """
    if steps <= 0:
        return constant(1.0)
    return _schedule(lambda count: 1 - (1 - start) * jnp.cos(0.5 * jnp.pi * _progress(count, steps)))


def half_cosine(steps: int, start: float = 0.0) -> Anneal:
    """The released code's for ink: `1 - (1 - start) (1 + cos(a)) / 2`, a from 0 to pi over `steps` updates, then 1."""
    if steps <= 0:
        return constant(1.0)
    return _schedule(lambda count: 1 - (1 - start) * 0.5 * (1 + jnp.cos(jnp.pi * _progress(count, steps))))


def linear(steps: int, start: float = 0.0) -> Anneal:
    """Linear from `start` to 1 over `steps` updates, then 1 (SRNN and Z-forcing)."""
    if steps <= 0:
        return constant(1.0)
    return _schedule(lambda count: start + (1 - start) * _progress(count, steps))


def cyclical(steps: int, start: float = 0.0) -> Anneal:
    """In each cycle of `steps` updates linear from `start` to 1 in the first half, then 1 (Fu et al. 2019).

    It never ends: a training of whole cycles ends at 1.
    """
    if steps <= 1:
        return constant(1.0)
    return _schedule(lambda count: start + (1 - start) * _progress(2 * jnp.mod(count, steps), steps))


def scaled(anneal: Anneal, end: float) -> Anneal:
    """A schedule with all its weights times `end`, at which it ends; raises SwnError for a negative one."""
    if end < 0:
        raise SwnError(f"a KL weight of {end} rewards a divergence: wanted 0 or more")

    def times(state: AnnealState) -> AnnealState:
        return state._replace(beta=end * state.beta)

    return Anneal(init=lambda: times(anneal.init()), update=lambda state: times(anneal.update(state)))


def constant(weight: float = 1.0) -> Anneal:
    """The same weight at every step; raises SwnError for a negative one."""
    if weight < 0:
        raise SwnError(f"a KL weight of {weight} rewards a divergence: wanted 0 or more")
    return _schedule(lambda count: jnp.full_like(count, weight))


def schedule(kind: str, steps: int, start: float = 0.0) -> Anneal:
    """Build a schedule by name: cosine, half_cosine, linear, cyclical, or constant at 1.

    Raises:
      SwnError: for an unknown name.
    """
    kinds = {
        "cosine": cosine, "half_cosine": half_cosine, "linear": linear, "cyclical": cyclical,
        "constant": lambda steps, start: constant(1.0),
    }  # fmt: skip
    if kind not in kinds:
        raise unknown("annealing", kind, kinds)
    return kinds[kind](steps, start)
