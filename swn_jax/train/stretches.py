"""Stretches of long sequences: the memory of an evaluation is that of one window, however long a recording is."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from jaxtyping import Array, Float

from swn_jax.train.noise import block_keys
from swn_jax.types import Batch

WINDOW = 2**14  # frames that are scored at a time: at 80 per second three and a half minutes
OVERLAP = 2**11  # frames before and after a stretch that are read and not counted there


def stretches(
    batch: Batch, key: Array, window: int = WINDOW, overlap: int = OVERLAP
) -> Iterator[tuple[Array, Batch, Float[np.ndarray, "B T"]]]:
    """The windows of a batch of numpy arrays: keys of their noise, frames, and the mask of those that count in each.

    Every real frame counts in one window. Where it counts, the model has read `overlap` frames on both sides, or all
    that there are, with the same noise in all windows: exact for a model that reads no further, and for a recurrent one
    up to what it has forgotten by then. A batch of at most `window` real frames is one window, as it is.

    Args:
      batch: padded at the end.
      key: of the noise.
      window, overlap: in frames; a window has a whole number of overlaps, three at least.
    """
    length = int(np.asarray(batch.mask).sum(1).max())
    if length <= window:
        whole = of_frames(batch, slice(window))
        yield key[None], whole, np.asarray(whole.mask)
        return
    step = window - 2 * overlap
    for start in range(0, length - window + step, step):
        piece = of_frames(batch, slice(start, start + window), window)
        first = overlap if start else 0
        last = window if start + window >= length else window - overlap
        counted = piece.mask * ((first <= np.arange(window)) & (np.arange(window) < last))
        before = batch.x[:, start - 1] if start else batch.before
        keys = block_keys(key, start // overlap, window // overlap)
        yield keys, piece._replace(before=before), np.asarray(counted, piece.mask.dtype)


def of_frames(batch: Batch, frames: slice, length: int = 0) -> Batch:
    """Some frames of a batch of numpy arrays, padded to a length; `before` stays."""

    def part(a: Any) -> Any:
        a = np.asarray(a)[:, frames]
        return np.pad(a, [(0, 0), (0, max(0, length - a.shape[1])), *[(0, 0)] * (a.ndim - 2)])

    own = batch.condition is not None and np.ndim(batch.condition) == 3  # of each frame
    condition = part(batch.condition) if own else batch.condition
    return batch._replace(x=part(batch.x), mask=part(batch.mask), condition=condition)
