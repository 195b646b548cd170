"""Crops of recordings, padded to a few bucket lengths so that few programs are compiled."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int

from swn_jax.data.prepared import Prepared
from swn_jax.data.split import Split
from swn_jax.types import Batch

Crops = Int[np.ndarray, "P 3"]  # recording, first predicted frame, end (exclusive)


def cut(split: Split, frames: int, stride: int) -> Crops:
    """Crops of `frames` frames, one every `stride`, the last one flush with the end; short recordings stay whole."""
    given, crops = split.domain.given, []
    for number, count in enumerate(split.counts):
        last = count - frames
        starts = [*range(given, last, stride), last] if last > given else [given]
        crops += [(number, start, min(start + frames, count)) for start in starts]
    return np.array(crops, np.int64)


def segments(split: Split, frames: int) -> Crops:
    """Consecutive crops of exactly `frames` frames; the remainder at the end of a recording is dropped."""
    given = split.domain.given
    return np.array(
        [
            (number, start, start + frames)
            for number, count in enumerate(split.counts)
            for start in range(given, count - frames + 1, frames)
        ],
        np.int64,
    ).reshape(-1, 3)


def whole_recordings(split: Split) -> Crops:
    """One crop per recording, of its full length."""
    return np.array([(i, split.domain.given, count) for i, count in enumerate(split.counts)], np.int64)


def buckets(lengths: Sequence[int] | Int[np.ndarray, " P"], most: int = 6, multiple: int = 8) -> Int[np.ndarray, " R"]:
    """At most `most` padded lengths, each for an equal share of the crops, rounded up to a multiple."""
    quantiles = np.quantile(lengths, np.arange(1, most + 1) / most, method="higher")
    return np.unique(-(-quantiles.astype(np.int64) // multiple) * multiple)


def assemble(prepared: Prepared, split: Split, chosen: Crops, frames: int, rows: int) -> Batch:
    """The chosen crops in standardised units, zero-padded to `frames` frames and `rows` rows.

    `before` is the frame before each crop, or zeros where the first frame of the recording is predicted. A condition is
    that of the recording.
    """
    x = np.zeros((rows, frames, split.frame_size), np.float32)
    mask = np.zeros((rows, frames), np.float32)
    before = np.zeros((rows, split.frame_size), np.float32)
    for row, (number, start, stop) in enumerate(chosen.tolist()):
        ahead = min(start, 1)
        scaled = prepared.scaled(split.frames(number, start - ahead, stop))
        x[row, : stop - start] = scaled[ahead:]
        mask[row, : stop - start] = 1.0
        if ahead:
            before[row] = scaled[0]
    numbers = np.full(rows, -1)
    numbers[: len(chosen)] = chosen[:, 0]
    return Batch(x, mask, before, split.given(numbers, rows_of(split, chosen, frames, rows)))  # type: ignore[arg-type]  # numpy till the device


def rows_of(split: Split, chosen: Crops, frames: int, rows: int) -> Int[np.ndarray, "R T"]:
    """The row in the middle of each frame of crops, -1 in the padding."""
    found = np.full((rows, frames), -1)
    for row, (_, start, stop) in enumerate(chosen.tolist()):
        found[row, : stop - start] = np.arange(start, stop) * split.step + split.step // 2
    return found
