"""The record of a likelihood: a family of densities over a frame given those before it.

Letters in shapes: B batch, T frames, D frame width, P parameters per frame, M frames that a density remembers.
Densities are in nats.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from jaxtyping import Bool, Float

from swn_jax.recorded import described

if TYPE_CHECKING:
    from jaxtyping import Array
else:
    Array = Any  # as in `types`

Weights = Mapping[str, Any]  # of a density: a tree of arrays, often empty


@runtime_checkable
class SizeFn(Protocol):
    """The number of parameters P of a density over frames of width D."""

    def __call__(self, width: int) -> int: ...


@runtime_checkable
class LogProbFn(Protocol):
    """The log-density of T consecutive frames, each given the frames before it, in nats."""

    def __call__(
        self,
        weights: Weights,
        params: Float[Array, "*B T P"],
        x: Float[Array, "*B T D"],
        past: Float[Array, "*B M D"],
    ) -> Float[Array, "*B T"]: ...


@runtime_checkable
class SampleFn(Protocol):
    """A sample of the next frame; the temperature scales its standard deviations."""

    def __call__(
        self,
        weights: Weights,
        key: Array,
        params: Float[Array, "*B P"],
        past: Float[Array, "*B M D"],
        temperature: float | Float[Array, ""] = 1.0,
    ) -> Float[Array, "*B D"]: ...


@runtime_checkable
class AtFloorFn(Protocol):
    """Whether any scale of a frame's density lies at its floor; arguments as in `LogProbFn`."""

    def __call__(
        self,
        weights: Weights,
        params: Float[Array, "*B T P"],
        x: Float[Array, "*B T D"],
        past: Float[Array, "*B M D"],
    ) -> Bool[Array, "*B T"]: ...


@runtime_checkable
class MeanFn(Protocol):
    """The mean of the next frame; of a bit its more likely value, of a nonlinear recursion its path without noise."""

    def __call__(
        self, weights: Weights, params: Float[Array, "*B P"], past: Float[Array, "*B M D"]
    ) -> Float[Array, "*B D"]: ...


@runtime_checkable
class InitWeightsFn(Protocol):
    """The weights of a new density over frames of width D; {} where it has none."""

    def __call__(self, key: Array, width: int) -> Weights: ...


@runtime_checkable
class MemoryFn(Protocol):
    """How many frames of width D before its own a density reads, or 1 where it reads none."""

    def __call__(self, width: int) -> int: ...


class Likelihood(NamedTuple):
    """A family of densities over a frame given those before it, as pure functions of its weights and of `params`.

    Equal calls build equal ones, which pickle by their call (`recorded.py`).

    The model's head emits `params` for each frame; the weights are shared by all frames, and trained with the model.
    `past` holds the M frames before the first, oldest first, zeros before the start of a recording; M is `memory` of
    the frame's width.
    """

    size: SizeFn
    log_prob: LogProbFn
    sample: SampleFn
    at_floor: AtFloorFn
    mean: MeanFn
    init: InitWeightsFn = lambda key, width: {}
    memory: MemoryFn = lambda width: 1
    told: int = 0  # how many of the P, the last, are no output of the head but the last numbers of the condition
    text: bool = False  # whether these are of no condition but one: how much of its text a window has passed

    def __repr__(self) -> str:
        return described(self)
