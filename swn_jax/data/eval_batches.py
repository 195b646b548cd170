"""Evaluation batches: every unit of a split once, a whole recording or a segment of one."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from swn_jax.data import crops
from swn_jax.data.prepared import Prepared
from swn_jax.errors import SwnError
from swn_jax.types import Batch


class Group(NamedTuple):
    """Units of like length: the batch, how many of its rows are real, and the ids of their recordings."""

    batch: Batch
    real: int
    ids: tuple[str, ...]


def eval_batches(prepared: Prepared, split: str, *, batch: int = 16) -> Iterator[Group]:
    """Groups of `batch` units, shortest first, in standardised units.

    Of speech and motion a recording's first frame is given (`before`) and the rest predicted; of ink, all.
    A corpus of segments counts segments, each with the frame before it. Frames are padded with zeros to one of a
    few lengths; rows after the `real` ones are masked. Raises SwnError for an unknown split, a batch below 1,
    and a split that has no segment.
    """
    if batch < 1:
        raise SwnError(f"found batch={batch}, wanted a number from 1: mend the configuration")
    recordings, segment = prepared.split(split), prepared.segment
    units = crops.segments(recordings, segment) if segment else crops.whole_recordings(recordings)
    if not len(units):
        raise SwnError(f"{prepared.path}, split {split}: no recording has {segment} frames: prepare longer ones")
    lengths = units[:, 2] - units[:, 1]
    order, rungs = np.argsort(lengths, kind="stable"), crops.buckets(lengths)

    def group(chosen: np.ndarray) -> Group:
        frames = int(rungs[np.searchsorted(rungs, lengths[chosen].max())])
        made = crops.assemble(prepared, recordings, units[chosen], frames, batch)
        return Group(made, len(chosen), tuple(recordings.ids[i] for i in units[chosen, 0]))

    return (group(order[i : i + batch]) for i in range(0, len(order), batch))
