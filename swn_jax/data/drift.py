"""Whether sequences hold together: their beginnings and ends beside real ones, and continuations beside what came."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from swn_jax.data.domain import Gap, Measure, Rows
from swn_jax.data.statistics import Comparison, compare

UNTIMED = 100  # rows of a continuation that are compared where there is no clock


class Drift(NamedTuple):
    """A statistic of the first and of the last quarters of samples, each beside those quarters of real sequences."""

    first: Comparison
    last: Comparison


class Continuation(NamedTuple):
    """How far continuations are from the recordings, on average over the first second after what was given."""

    unit: str
    error: float
    other: float  # of the frames of another recording in their place; nan where there is one only


def drift(
    measure: Measure, real: Sequence[Rows], samples: Sequence[Rows], rate: float | None, extra: Mapping[str, Any]
) -> list[Drift]:
    """Compare first and last quarters as `compare` does; a quarter of a longer sample is cut to that of a real one.

    Raises SwnError for fewer than two real sequences or no samples.
    """
    most = max(map(len, real), default=0)
    ends = (lambda rows: rows[: _quarter(rows, most)], lambda rows: rows[-_quarter(rows, most) :])
    first, last = (compare(measure, [*map(end, real)], [*map(end, samples)], rate, extra) for end in ends)
    return [Drift(*pair) for pair in zip(first, last, strict=True)]


def error(
    gap: Gap, real: Sequence[Rows], made: Sequence[Rows], given: int, rate: float | None, extra: Mapping[str, Any]
) -> float:
    """The mean gap between pairs of sequences over the second after their common `given` rows.

    A sequence that ends earlier stays where it ended.
    """
    stop = given + (round(rate) if rate else UNTIMED)
    pairs = ((a[given:stop], _held(b, len(a))[given:stop]) for a, b in zip(real, made, strict=True))
    values = np.concatenate([gap(a, b, rate, extra) for a, b in pairs])
    return float(values.mean()) if len(values) else float("nan")


def _quarter(rows: Rows, most: int) -> int:
    return max(1, min(len(rows), most) // 4)


def _held(rows: Rows, length: int) -> Rows:
    return np.concatenate([rows, np.repeat(rows[-1:], max(0, length - len(rows)), axis=0)])
