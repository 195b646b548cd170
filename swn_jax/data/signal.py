"""Recordings laid end to end as one signal, read where it is asked for."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from jaxtyping import Int16

MEMORY = 2**30  # bytes of samples kept: all of TIMIT, a part of larger corpora


class Signal:
    """The joined signal of what `recording(number)` reads, `lengths` in samples; about `memory` bytes are kept."""

    def __init__(
        self, recording: Callable[[int], Int16[np.ndarray, " n"]], lengths: Sequence[int], memory: int = MEMORY
    ):
        self.ends = np.cumsum(lengths, dtype=np.int64)
        self.size = int(self.ends[-1])
        mean_bytes = 2 * self.size // len(lengths) + 1
        self._recording = lru_cache(maxsize=max(4, memory // mean_bytes))(recording)

    def read(self, start: int, stop: int) -> Int16[np.ndarray, " n"]:
        """The samples from `start` to before `stop`, across the borders between recordings."""
        out = np.empty(stop - start, np.int16)
        number = int(np.searchsorted(self.ends, start, side="right"))
        at = start
        while at < stop:
            recording = self._recording(number)
            begin = at - (int(self.ends[number]) - len(recording))
            part = recording[begin : begin + stop - at]
            out[at - start : at - start + len(part)] = part
            at += len(part)
            number += 1
        return out
