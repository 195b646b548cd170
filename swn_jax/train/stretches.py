"""Stretches of long recordings: consecutive parts, each with what it goes on from and what its posterior looks at."""

from collections.abc import Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np

from swn_jax.errors import SwnError
from swn_jax.ops.time import frames_before
from swn_jax.types import Batch, Model

AHEAD = 2**11  # frames that the posterior of a stretch sees beyond it where a model sees all that there are


def ahead_of(model: Model) -> int:
    """How many frames after its last a stretch is given: the model's lookahead, or a truncation of one without end."""
    return AHEAD if model.lookahead is None else model.lookahead


def stretches(model: Model, batch: Batch, length: int, ahead: int | None = None) -> Iterator[Batch]:
    """The consecutive stretches of sequences, as numpy arrays, all of one shape: padded at the end.

    The first goes on from `model.carry(before)`; the carry of a later one is `Terms.carry` of that before it, to be
    put in its place. The terms of all are those of the whole: exactly, where `ahead` is the model's lookahead at least.

    Args:
      model: that they are for.
      batch: x [B, T, D] and the rest, padded at the end, from the start of recordings.
      length: of a stretch in frames, 1 or more.
      ahead: frames after a stretch that its posterior sees, `ahead_of(model)` when None.
    Raises:
      SwnError: for a length below 1.
    """
    if length < 1:
        raise SwnError(f"found stretches of {length} frames, wanted 1 or more")
    ahead, memory = ahead_of(model) if ahead is None else ahead, model.likelihood.memory(model.frame)
    known: Any = np.concatenate([frames_before(jnp.asarray(batch.before), memory), batch.x], axis=1)
    carry = model.carry(jnp.asarray(batch.before))
    for start in range(0, max(1, batch.x.shape[1]), length):
        past = known[:, start : start + memory]
        piece = of_frames(batch, slice(start, start + length), length)._replace(
            before=past[:, -1], carry=carry, past=past
        )
        after = slice(start + length, start + length + ahead)
        yield piece._replace(following=of_frames(batch, after, ahead)) if ahead else piece


def of_frames(batch: Batch, frames: slice, length: int = 0) -> Batch:
    """Some frames of a batch of numpy arrays, padded to a length; `before` stays."""

    def part(a: Any) -> Any:
        a = np.asarray(a)[:, frames]
        return np.pad(a, [(0, 0), (0, max(0, length - a.shape[1])), *[(0, 0)] * (a.ndim - 2)])

    own = batch.condition is not None and np.ndim(batch.condition) == 3  # of each frame
    condition = part(batch.condition) if own else batch.condition
    return batch._replace(x=part(batch.x), mask=part(batch.mask), condition=condition)
