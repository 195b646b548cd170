"""Chunks of rows concatenated into one signal, read lazily."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from swn_jax.data.domain import Rows

MEMORY = 2**30  # bytes of rows cached: all of TIMIT, a part of larger corpora


class Signal:
    """The concatenated rows of `chunk(0)`, `chunk(1)`, ..., `lengths` rows each; about `memory` bytes are cached."""

    def __init__(self, chunk: Callable[[int], Rows], lengths: Sequence[int], row_bytes: int = 2, memory: int = MEMORY):
        self.ends = np.cumsum(lengths, dtype=np.int64)
        self.size = int(self.ends[-1])
        mean_bytes = row_bytes * self.size // len(lengths) + 1
        self._chunk = lru_cache(maxsize=max(4, memory // mean_bytes))(chunk)

    def read(self, start: int, stop: int) -> Rows:
        """The rows from `start` to before `stop`, across chunks."""
        number = int(np.searchsorted(self.ends, start, side="right"))
        parts, at = [], start
        while at < stop:
            chunk = self._chunk(number)
            begin = at - (int(self.ends[number]) - len(chunk))
            parts.append(chunk[begin : begin + stop - at])
            at += len(parts[-1])
            number += 1
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
