"""Sampling from a run: new sequences, continued, reconstructed or interpolated ones."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from swn_jax import sampling
from swn_jax.data import Prepared
from swn_jax.data.columns import Columns
from swn_jax.data.domain import Rows
from swn_jax.data.examples import Examples, examples, pair
from swn_jax.data.openings import Openings, openings
from swn_jax.errors import SwnError, unknown
from swn_jax.runs import texts
from swn_jax.runs.given import asked, named
from swn_jax.runs.load import Run
from swn_jax.runs.request import SampleRequest, check, given_frames
from swn_jax.types import Batch

BLOCK = 800  # frames of a block that is streamed: ten seconds at 80 per second


class Samples(NamedTuple):
    """Sequences drawn from a run."""

    frames: Float[np.ndarray, "B T D"]  # standardised
    rows: list[Rows]  # raw, up to their ends, as the domain stores them: 16-bit samples, points of a pen, poses
    clipped: list[int]  # numbers of each that its files cannot hold
    lengths: list[int]  # frames of each until it ends by itself, all of them if it does not


def sample_run(
    run: Run, mode: str, request: SampleRequest, *, split: str = "", real: Examples | None = None
) -> Samples:
    """Draw sequences from a run.

    Args:
      run: as `load_run` opens it.
      mode: "generate" new ones, "continue" or "reconstruct" recordings, or "interpolate" between two.
      request: how many, how long, at which temperatures.
      split: whose recordings serve all but "generate", and that too where the run is given columns along them; "" for
        the one that the corpus reports.
      real: these recordings, where the caller has chosen them; see `swn_jax.data.examples`.
    Raises:
      SwnError: for an unknown mode, and recordings that are too few or too short.
    """
    if mode not in MODES:
        raise unknown("sampling mode", mode, MODES)
    check(request)
    if real is None:
        real = recordings(run.prepared, mode, split, request)
    x = np.asarray(MODES[mode](run, real.batch, request))
    starts = STARTS.get(mode, lambda *_: [None] * len(x))(run, real, request)
    raw = x * run.prepared.scale + run.prepared.shift
    lengths = [run.corpus.domain.length(one) for one in raw]
    if mode in WRITE and request.text:  # what does not end by itself ends when its text is written
        until = texts.lengths(run, x, WRITE[mode](run, real.batch, request)).tolist()
        lengths = [n if n < x.shape[1] else last for n, last in zip(lengths, until, strict=True)]
    rows = [run.prepared.rows(one[:n], start) for one, n, start in zip(x, lengths, starts, strict=True)]
    return Samples(x, rows, [run.corpus.domain.clipped(one) for one in raw], lengths)


def recordings(prepared: Prepared, mode: str, split: str, request: SampleRequest) -> Examples:
    """The recordings of a split that a mode takes; "" for the split that the corpus reports."""
    split = split or prepared.corpus.splits[-1]
    if mode == "interpolate":
        return pair(prepared, split, request.frames)
    if mode == "generate" and not isinstance(prepared.condition, Columns):
        return examples(prepared.given(""), split, 0, request.frames)
    return examples(prepared, split, request.num, request.frames)


def generate(run: Run, real: Batch, request: SampleRequest) -> Float[Array, "B T D"]:
    draw = partial(sampling.generate, run.model, frames=request.frames, temperature=request.temperature)
    before = real.before if follows(run) else opened(run, request).before
    condition = asked(run, real, request)
    return jax.jit(draw)(run.variables, request.key, before=jnp.asarray(before), condition=condition)


def opened(run: Run, request: SampleRequest) -> Openings:
    return openings(run.prepared, request.seed, request.num, request.condition)


def follows(run: Run) -> bool:
    """Whether new sequences begin with the first frames of the recordings whose numbers they are given."""
    return run.corpus.domain.begun and isinstance(run.prepared.condition, Columns)


def continue_(run: Run, real: Batch, request: SampleRequest) -> Float[Array, "B T D"]:
    given = given_frames(request)
    prefix, rest = real.x[:, :given], request.frames - given
    if not (given and rest):
        raise SwnError(f"a prefix of {given} of {request.frames} frames: wanted both parts, take another --prefix")
    draw = jax.jit(partial(sampling.continue_, run.model, frames=rest, temperature=request.temperature))
    condition = primed(run, real, request) if request.text else real.condition
    new = draw(run.variables, request.key, prefix, before=real.before, condition=condition)
    return jnp.concatenate([prefix, new], axis=1)


def primed(run: Run, real: Batch, request: SampleRequest) -> Float[Array, "B C"]:
    given = given_frames(request)
    prefix = real._replace(x=real.x[:, :given], mask=real.mask[:, :given])
    return jnp.asarray(texts.primed(run, prefix, request.text))


def reconstruct(run: Run, real: Batch, request: SampleRequest) -> Float[Array, "B T D"]:
    draw = partial(sampling.reconstruct, run.model, draw=request.draw, temperature=request.temperature)
    return jax.jit(draw)(run.variables, request.key, real)


def interpolate(run: Run, real: Batch, request: SampleRequest) -> Float[Array, "B T D"]:
    a, b = (jax.tree.map(lambda part, i=i: part[i : i + 1], real) for i in (0, 1))
    mix = partial(sampling.interpolate, run.model, temperature=request.temperature)
    return jax.jit(mix)(run.variables, request.key, a, b, jnp.linspace(0.0, 1.0, request.num))[:, 0]


MODES: dict[str, Callable[[Run, Batch, SampleRequest], Array]] = {
    "generate": generate, "continue": continue_, "reconstruct": reconstruct, "interpolate": interpolate,
}  # fmt: skip
WRITE: dict[str, Callable[[Run, Batch, SampleRequest], Array]] = {  # the texts of those that write one
    "generate": lambda run, real, request: jnp.asarray(texts.asked(run, request.text, request.num)), "continue": primed,
}  # fmt: skip
STARTS: dict[str, Callable[[Run, Examples, SampleRequest], list[Rows | None]]] = {  # the rows that sequences start from
    "generate": lambda run, real, request: real.starts if follows(run) else opened(run, request).starts,
    "continue": lambda run, real, request: real.starts,
    "reconstruct": lambda run, real, request: real.starts,
}


def stream_rows(run: Run, request: SampleRequest) -> Iterator[Rows]:
    """Generate one long sequence in blocks of raw rows, in bounded memory."""
    check(request)
    state, condition = sampling.start(run.model, jnp.zeros((1, run.model.frame))), named(run, request._replace(num=1))
    blocks = sampling.stream(run.model, run.variables, request.key, state, frames=min(BLOCK, request.frames),
                             temperature=request.temperature, condition=condition)  # fmt: skip
    count = -(-request.frames // BLOCK)
    for number, x in enumerate(itertools.islice(blocks, count)):
        yield run.prepared.rows(np.asarray(x[0, : request.frames - number * BLOCK]))
