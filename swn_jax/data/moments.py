"""Streaming mean and standard deviation, in one pass."""

import math

import numpy as np
from jaxtyping import Float


class Moments:
    """Moments per column: exact for integers, merged as in Chan et al. (1979) for floats."""

    def __init__(self) -> None:
        self.count = 0
        self._total: list[int] = []
        self._squares: list[int] = []
        self._mean = self._spread = np.zeros(0)

    def add(self, rows: np.ndarray) -> None:
        """Add rows [n, W], integers or floats, the same kind in every call."""
        if not len(rows):
            return
        if np.issubdtype(rows.dtype, np.integer):
            self._exact(rows)
        else:
            self._merge(rows.astype(np.float64))
        self.count += len(rows)

    def _exact(self, rows: np.ndarray) -> None:
        total = [int(v) for v in rows.sum(0, dtype=np.int64)]
        squares = [int(v) for v in np.square(rows, dtype=np.int64).sum(0)]
        self._total = [a + b for a, b in zip(self._total or [0] * len(total), total, strict=True)]
        self._squares = [a + b for a, b in zip(self._squares or [0] * len(total), squares, strict=True)]

    def _merge(self, rows: np.ndarray) -> None:
        mean = rows.mean(0)
        spread = np.square(rows - mean).sum(0)
        if self.count:
            difference, share = mean - self._mean, len(rows) / (self.count + len(rows))
            mean = self._mean + difference * share
            spread = self._spread + spread + difference**2 * self.count * share
        self._mean, self._spread = mean, spread

    def result(self) -> tuple[Float[np.ndarray, " W"], Float[np.ndarray, " W"]]:
        """Mean and standard deviation (divisor n) of each column."""
        n = self.count
        if not self._total:
            return self._mean, np.sqrt(self._spread / n)
        spread = [n * s - t * t for t, s in zip(self._total, self._squares, strict=True)]
        return np.array([t / n for t in self._total]), np.array([math.sqrt(v / (n * n)) for v in spread])
