"""Shared by all models: checks of arguments, and the record of pure functions made from a network's output."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.dists.likelihood.weights import weights_of, with_weights
from swn_jax.errors import SwnError, unknown
from swn_jax.layers.latent import LatentSample
from swn_jax.models.arguments import checked
from swn_jax.models.frames import clean, clean_read
from swn_jax.ops.time import frames_before
from swn_jax.types import Batch, Carry, CarryFn, InitFn, Likelihood, Model, Terms, Trace, Variables, Weights

DTYPES = {"float32": jnp.float32, "bfloat16": jnp.bfloat16}
V = TypeVar("V")


def choose(kind: str, name: str, known: Mapping[str, V]) -> V:
    """`known[name]`; raises SwnError with the nearest right name for an unknown one."""
    if name not in known:
        raise unknown(kind, name, known)
    return known[name]


def positive(**sizes: int) -> None:
    """Raise SwnError for the first size below 1."""
    for name, size in sizes.items():
        if size < 1:
            raise SwnError(f"{name}={size}: wanted 1 or more")


def pair(bounds: Sequence[float]) -> tuple[float, float]:
    """Convert two numbers, a list where they come from a config, to a tuple, which flax can hash."""
    low, high = bounds
    return low, high


class NetworkOutput(NamedTuple):
    """The output of a network for whole sequences."""

    params: Float[Array, "B T P"]  # of the likelihood
    draws: Sequence[LatentSample]  # of all layers, lowest first
    carry: Carry  # after the last frame
    aux: Float[Array, "B T A"] | None = None  # further costs that belong to the model, nats per frame


@runtime_checkable
class RunFn(Protocol):
    """The parallel run of a network over a batch whose padding holds zeros, and the updated batch-norm statistics."""

    def __call__(
        self,
        variables: Variables,
        batch: Batch,
        noise: Array,
        infer: bool,
        train: bool,
        axis: str | None,
        read: Array | None = None,
    ) -> tuple[NetworkOutput, Variables]: ...


def assemble(
    frame: int,
    latents: tuple[int, ...],
    likelihood: Likelihood,
    init: InitFn,
    run: RunFn,
    carry: CarryFn,
    step: Callable[..., tuple[Carry, Array]],
    lookahead: int | None = 0,
    sees_before: bool = False,
) -> Model:
    """Build the record of a model from the functions of its network.

    Args:
      frame: D, the width of a frame.
      latents: the sizes of its latent variables, lowest first.
      likelihood: the density of a frame.
      init, carry: as in the record.
      run: the parallel run, from which `terms` and `trace` are made.
      step: as in the record, without a condition, which `models/conditions.py` adds; of what the generator reads.
      lookahead: as in the record.
      sees_before: whether `step` is given the frame before too, last: for a posterior that keeps a state of frames.
    """

    memory = likelihood.memory(frame)

    def init_all(key: Array) -> Variables:
        return with_weights(init(key), likelihood, key, frame)

    def terms(
        variables: Variables,
        batch: Batch,
        noise: Array,
        *,
        infer: bool = True,
        train: bool = False,
        axis: str | None = None,
        read: Float[Array, "B T D"] | None = None,
    ) -> tuple[Terms, Variables]:
        batch = clean(batch)
        out, extra = run(variables, batch, noise, infer, train, axis, clean_read(read, batch))
        past = frames_before(batch.before, memory, batch.past)
        return terms_of(likelihood, weights_of(variables), out, batch, past), extra

    def trace(
        variables: Variables, batch: Batch, noise: Array, *, infer: bool = True, read: Array | None = None
    ) -> Trace:
        out, _ = run(variables, clean(batch), noise, infer, False, None, clean_read(read, batch))
        return Trace(out.params, joined([d.noise for d in out.draws], batch), out.carry)

    def step_alone(
        variables: Variables, carry: Carry, x_prev: Array, noise: Array, *, condition: Array | None = None,
        read: Array | None = None,
    ) -> tuple[Carry, Array]:  # fmt: skip
        seen = [x_prev] if sees_before else []
        return step(variables, carry, x_prev if read is None else read, noise, *seen)

    return checked(Model(frame, latents, likelihood, init_all, terms, trace, carry, step_alone, lookahead=lookahead))


def joined(parts: Sequence[Float[Array, "B T _"]], batch: Batch) -> Float[Array, "B T N"]:
    """Concatenate the values of all layers, lowest first; the result has width 0 where there are none."""
    return jnp.concatenate([jnp.zeros_like(batch.x[..., :0]), *parts], axis=-1)


def terms_of(
    likelihood: Likelihood,
    weights: Weights,
    run: NetworkOutput,
    batch: Batch,
    past: Float[Array, "B M D"],
) -> Terms:
    """The terms of the bound, per frame and latent dimension."""
    given = weights, run.params, batch.x, past
    return Terms(
        log_px=likelihood.log_prob(*given),
        kl=joined([d.kl for d in run.draws], batch),
        log_ratio=joined([d.log_ratio for d in run.draws], batch),
        aux=joined([], batch) if run.aux is None else run.aux,
        at_floor=likelihood.at_floor(*given),
        carry=None if batch.carry is None else run.carry,
    )
