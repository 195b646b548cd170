"""Evaluation batches: every recording of a split once, whole."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from swn_jax.data.prepared import Prepared
from swn_jax.errors import SwnError
from swn_jax.types import Batch


class Group(NamedTuple):
    """Recordings of like length: the batch, how many of its rows are real, and their ids."""

    batch: Batch
    real: int
    ids: tuple[str, ...]


def whole(prepared: Prepared, split: str, *, batch: int = 16, multiple: int = 64) -> Iterator[Group]:
    """Groups of `batch` recordings, shortest first, each cut to whole frames.

    A recording's first frame is given (`before`) and the rest predicted, in standardised units. Frames are
    padded with zeros to a multiple of `multiple`, so that few shapes occur; rows after the `real` ones are
    masked. Raises SwnError for an unknown split or a size below 1.
    """
    if batch < 1 or multiple < 1:
        raise SwnError(f"found batch={batch} and multiple={multiple}, wanted numbers from 1: mend the configuration")
    order = np.argsort(prepared.lengths(split), kind="stable").tolist()
    return (_group(prepared, split, order[i : i + batch], batch, multiple) for i in range(0, len(order), batch))


def _group(prepared: Prepared, split: str, chosen: list[int], batch: int, multiple: int) -> Group:
    frame, utterances = prepared.corpus.frame, prepared.split(split)
    longest = max(prepared.lengths(split)[i] // frame - 1 for i in chosen)
    frames = -(-longest // multiple) * multiple
    x = np.zeros((batch, frames, frame), np.float32)
    mask = np.zeros((batch, frames), np.float32)
    before = np.zeros((batch, frame), np.float32)
    for row, i in enumerate(chosen):
        samples = utterances[i]
        scaled = (samples[: len(samples) // frame * frame].reshape(-1, frame) - prepared.mean) / prepared.std
        before[row], x[row, : len(scaled) - 1], mask[row, : len(scaled) - 1] = scaled[0], scaled[1:], 1.0
    ids = tuple(prepared.manifest.ids[split][i] for i in chosen)
    return Group(Batch(x, mask, before), len(chosen), ids)  # type: ignore[arg-type]  # numpy till the device
