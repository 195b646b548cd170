"""Evaluation batches: every unit of a split once; a unit is a recording or a segment."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from swn_jax.data import crops
from swn_jax.data.crops import Crops
from swn_jax.data.prepared import Prepared
from swn_jax.errors import SwnError
from swn_jax.types import Batch

FRAMES = 2**14  # of a group, padding included; a single unit may have more


class Group(NamedTuple):
    """Units of similar length: the batch, the number of its rows that are real, and the ids of their recordings."""

    batch: Batch
    real: int
    ids: tuple[str, ...]


def units_of(prepared: Prepared, split: str) -> Crops:
    """The units of a split in stored order; raises SwnError for an unknown split, and a split without segments."""
    recordings, segment = prepared.split(split), prepared.segment
    units = crops.segments(recordings, segment) if segment else crops.whole_recordings(recordings)
    if not len(units):
        raise SwnError(f"{prepared.path}, split {split}: found no recording of {segment} frames: prepare longer ones")
    return units


def eval_batches(prepared: Prepared, split: str, *, batch: int = 16, frames: int = FRAMES) -> Iterator[Group]:
    """Groups of `batch` units in standardised units, shortest first; of long ones as many as have `frames` frames.

    Where the domain gives the first frame (speech, motion) it is `before` and the rest is predicted; for ink every
    frame is predicted. In a corpus of segments each segment is conditioned on the frame before it. Frames are
    zero-padded to a bucket length; rows after the `real` ones are masked.
    Raises SwnError for an unknown split, a batch below 1, and a split without segments.
    """
    if batch < 1:
        raise SwnError(f"found batch={batch}, wanted 1 or more: change the configuration")
    recordings, units = prepared.split(split), units_of(prepared, split)
    lengths = units[:, 2] - units[:, 1]
    order, buckets = np.argsort(lengths, kind="stable"), crops.buckets(lengths)
    padded = buckets[np.searchsorted(buckets, lengths[order])]
    rows = np.clip(frames // padded, 1, batch)  # of a group of which this unit is the longest

    def group(chosen: np.ndarray, length: int, rows: int) -> Group:
        padded = crops.assemble(prepared, recordings, units[chosen], length, rows)
        return Group(padded, len(chosen), tuple(recordings.ids[i] for i in units[chosen, 0]))

    def groups() -> Iterator[Group]:
        start = 0
        while start < len(order):
            last = start
            while last + 1 < len(order) and last + 2 - start <= rows[last + 1]:
                last += 1
            yield group(order[start : last + 1], int(padded[last]), int(rows[last]))
            start = last + 1

    return groups()
