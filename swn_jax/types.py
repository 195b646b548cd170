"""The vocabulary: a batch, the terms of its bound, and a model as a record of pure functions.

`density.py` holds the record of a likelihood.

Letters in shapes: B batch, T frames, D frame width, N latent dimensions per frame (all layers together),
A auxiliary terms, P likelihood parameters per frame. Likelihoods and divergences are in nats.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from jaxtyping import Bool, Float

from swn_jax.density import Likelihood as Likelihood
from swn_jax.density import Weights as Weights

if TYPE_CHECKING:
    from jaxtyping import Array
else:
    Array = Any  # the real name imports jax, which those who only read or write data do not need

Variables = Mapping[str, Any]  # a flax tree: "params", and "batch_stats" where a norm keeps statistics
Carry = Any  # the memory of a model between two frames of the stepped run


class Batch(NamedTuple):
    """Sequences to predict, in standardised units, padded at the end."""

    x: Float[Array, "B T D"]  # the frames to predict
    mask: Float[Array, "B T"]  # 1 where a frame is real, 0 in the padding
    before: Float[Array, "B D"]  # the frame before the first: given, never scored


class Terms(NamedTuple):
    """The terms of the evidence lower bound in nats, per frame and latent dimension, before any reduction."""

    log_px: Float[Array, "*K B T"]  # log p(x_t | z_<=t, x_<t)
    kl: Float[Array, "*K B T N"]  # KL(q || p) of each latent dimension in closed form, given the samples before it
    log_ratio: Float[Array, "*K B T N"]  # log q(z) - log p(z) at the sampled z, for bounds with several samples
    aux: Float[Array, "*K B T A"]  # further costs that belong to the model
    at_floor: Bool[Array, "*K B T"]  # whether a scale of this frame's density lies at its floor


class Trace(NamedTuple):
    """The result of a run over whole sequences: enough to continue it, or to repeat it step by step."""

    params: Float[Array, "B T P"]  # of the density of each frame
    noise: Float[Array, "B T N"]  # (z - mu) / sigma by the prior's mu and sigma: given this, `step` draws the same z
    carry: Carry  # after frame T, padding or not


@runtime_checkable
class InitFn(Protocol):
    """The variables of a new model."""

    def __call__(self, key: Array) -> Variables: ...


@runtime_checkable
class TermsFn(Protocol):
    """The terms of the bound by one parallel run over whole sequences, and the updated statistics of a batch norm.

    Without `infer`, z comes from the prior, and `kl` and `log_ratio` are exactly 0. `train` updates the statistics
    (the second result, empty in a model without a batch norm), averaged over the mapped axis that `axis` names.
    `read` is what the model reads of the frames in place of x, in training with noise; what is scored is x.
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
        read: Float[Array, "B T D"] | None = None,
    ) -> tuple[Terms, Variables]: ...


@runtime_checkable
class TraceFn(Protocol):
    """The same parallel run, for its state and noise rather than its bound; `infer` as in `TermsFn`."""

    def __call__(
        self, variables: Variables, batch: Batch, noise: Float[Array, "B T N"], *, infer: bool = True
    ) -> Trace: ...


@runtime_checkable
class CarryFn(Protocol):
    """The carry before the first frame."""

    def __call__(self, batch_size: int) -> Carry: ...


@runtime_checkable
class StepFn(Protocol):
    """One frame of the stepped run, z from the prior: the new carry, and the likelihood parameters of the frame."""

    def __call__(
        self, variables: Variables, carry: Carry, x_prev: Float[Array, "B D"], noise: Float[Array, "B N"]
    ) -> tuple[Carry, Float[Array, "B P"]]: ...


class Model(NamedTuple):
    """A model as a record of pure functions: all that training, evaluation and sampling use of it."""

    frame: int  # D
    latents: tuple[int, ...]  # the latent dimensions of each stochastic layer, lowest first; () if deterministic
    likelihood: Likelihood
    init: InitFn
    terms: TermsFn
    trace: TraceFn
    carry: CarryFn
    step: StepFn
