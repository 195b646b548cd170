"""The vocabulary: a batch, the terms of its bound, and a model as a record of pure functions.

`density.py` holds the record of a likelihood.

Letters in shapes: B batch, T frames, D frame width, N latent dimensions per frame (all layers together),
A auxiliary terms, P likelihood parameters per frame, C numbers of a condition, M frames that a density remembers.
Likelihoods and divergences are in nats.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from jaxtyping import Bool, Float

from swn_jax.density import Likelihood as Likelihood
from swn_jax.density import Weights as Weights
from swn_jax.recorded import described

if TYPE_CHECKING:
    from jaxtyping import Array
else:
    Array = Any  # the real name imports jax, which those who only read or write data do not need

Variables = Mapping[str, Any]  # a flax tree: "params", and "batch_stats" where a norm keeps statistics
Carry = Any  # the memory of a model between two frames of the stepped run


class Batch(NamedTuple):
    """Sequences to predict, in standardised units, padded at the end."""

    x: Float[Array, "B T D"]  # the frames to predict; beyond +-1e10 they count as that
    mask: Float[Array, "B T"]  # 1 where a frame is real, 0 in the padding; other weights count it so often in sums
    before: Float[Array, "B D"]  # the frame before the first: given, never scored
    condition: Float[Array, "B C"] | Float[Array, "B T C"] | None = None  # what else is given: never scored
    carry: Carry | None = None  # what the frames before left behind; None at the start of a recording
    past: Float[Array, "B M D"] | None = None  # with a carry: the frames before, as many as the density remembers
    following: "Batch | None" = None  # the frames after the last, as many as a posterior looks ahead: never scored
    begins: Bool[Array, " B"] | None = None  # of training on consecutive windows: rows that do not go on from a carry


class Terms(NamedTuple):
    """The terms of the evidence lower bound in nats, per frame and latent dimension, before any reduction."""

    log_px: Float[Array, "*K B T"]  # log p(x_t | z_<=t, x_<t)
    kl: Float[Array, "*K B T N"]  # KL(q || p) of each latent dimension in closed form, given the samples before it
    log_ratio: Float[Array, "*K B T N"]  # log q(z) - log p(z) at the sampled z, for bounds with several samples
    aux: Float[Array, "*K B T A"]  # further costs that belong to the model
    at_floor: Bool[Array, "*K B T"]  # whether a scale of this frame's density lies at its floor
    carry: Carry | None = None  # after the last frame, of a batch that has one


class Trace(NamedTuple):
    """The result of a run over whole sequences: enough to continue it, or to repeat it step by step."""

    params: Float[Array, "B T P"]  # of the density of each frame
    noise: Float[Array, "B T N"]  # (z - mu) / sigma by the prior's mu and sigma: given this, `step` draws the same z
    carry: Carry  # after frame T, padding or not


@runtime_checkable
class InitFn(Protocol):
    """The variables of a new model, in float32: `init(key) -> variables`."""

    def __call__(self, key: Array) -> Variables: ...


@runtime_checkable
class TermsFn(Protocol):
    """The terms of the bound by one parallel run over whole sequences, and the updated statistics of a batch norm.

    Args:
      variables: as `init` makes them.
      batch: x [B, T, D] in standardised units, mask [B, T], before [B, D], and for a model with a condition what it is
        given with each sequence [B, C] or frame [B, T, C]. A stretch of a longer recording has `carry`, `past` and
        `following` too (`train/stretches.py`).
      noise: standard normal [B, T, N], N = sum(model.latents); T x 0 numbers in a model without latent variables.
      infer: whether z comes from the posterior; from the prior otherwise, with `kl` and `log_ratio` exactly 0.
      train: whether to update the statistics, the second result, which is empty in a model without a batch norm.
      axis: the mapped axis over which the statistics are averaged.
      read: what the generator reads in place of x [B, T, D], in training with noise; what is scored is x, and it is
        what the posterior and the density see. With one frame more for `before`, and those that follow, of all of them.
    Returns:
      `Terms` in nats, log_px [B, T] and kl [B, T, N] among them, and the statistics.
    Raises:
      SwnError: for arguments of other shapes; none is broadcast.
    """

    def __call__(
        self,
        variables: Variables,
        batch: Batch,
        noise: Float[Array, "B T N"],
        *,
        infer: bool = True,
        train: bool = False,
        axis: str | None = None,
        read: Float[Array, "B L D"] | None = None,
    ) -> tuple[Terms, Variables]: ...


@runtime_checkable
class TraceFn(Protocol):
    """The parallel run of `terms`, for its state and noise rather than its bound; arguments and errors are the same."""

    def __call__(
        self, variables: Variables, batch: Batch, noise: Float[Array, "B T N"], *, infer: bool = True,
        read: Float[Array, "B L D"] | None = None,
    ) -> Trace: ...  # fmt: skip


@runtime_checkable
class CarryFn(Protocol):
    """The carry before the first frame, in the dtype of `before` [B, D], the frame before it: B rows are carried."""

    def __call__(self, before: Float[Array, "B D"]) -> Carry: ...


@runtime_checkable
class StepFn(Protocol):
    """One frame of the stepped run, z from the prior: the new carry, and the likelihood parameters of the frame.

    Args:
      variables: as `init` makes them.
      carry: of the step before, or `carry(before)`.
      x_prev: the frame before this one [B, D].
      noise: standard normal [B, N].
      condition: of this frame, for a model that is given one.
      read: what the generator reads in place of `x_prev`.
    Raises:
      SwnError: for arguments of other shapes; none is broadcast.
    """

    def __call__(
        self, variables: Variables, carry: Carry, x_prev: Float[Array, "B D"], noise: Float[Array, "B N"], *,
        condition: Float[Array, "B C"] | None = None, read: Float[Array, "B D"] | None = None,
    ) -> tuple[Carry, Float[Array, "B P"]]: ...  # fmt: skip


class Model(NamedTuple):
    """A model as a record of pure functions: all that training, evaluation and sampling use of it.

    Equal calls of `build` give equal models, which `jit` compiles once, and which pickle by their call (`recorded.py`).

    The common dtype of the floating arrays that go into a function, variables among them, is that of its results and of
    the carry; the mask keeps its own. New variables are float32, whatever jax's default is.
    """

    frame: int  # D
    latents: tuple[int, ...]  # the latent dimensions of each stochastic layer, lowest first; () if deterministic
    likelihood: Likelihood
    init: InitFn
    terms: TermsFn
    trace: TraceFn
    carry: CarryFn
    step: StepFn
    condition: int = 0  # C, the numbers that it is given with each sequence or frame
    lookahead: int | None = 0  # frames after its own that the posterior of a frame sees; None if all that there are

    def __repr__(self) -> str:
        return described(self)
