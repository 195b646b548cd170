"""Statistics of samples against those of real data, with the distance between two real halves as the yardstick."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.errors import SwnError


class Statistic(NamedTuple):
    """One statistic of a set of sequences."""

    values: Float[np.ndarray, " n"]  # independent draws, or the points of a curve
    unit: str
    kind: Literal["draws", "curve"]


class Comparison(NamedTuple):
    """A statistic of samples beside that of real data."""

    name: str
    unit: str
    real: float  # mean value over the real data
    made: float  # mean value over the samples
    distance: float  # between the samples and all real data
    halves: float  # between the two halves of the real data

    @property
    def ratio(self) -> float | None:
        """The distance in units of that of the halves; None where these do not differ."""
        return self.distance / self.halves if self.halves else None


def distance(a: Statistic, b: Statistic) -> float:
    """Distance of two statistics in their unit: W_1 between sets of draws, RMS difference between curves."""
    if not (len(a.values) and len(b.values)):
        return float("inf")  # no values on one side: silence has no pitch
    if a.kind == "curve":
        return float(np.sqrt(np.mean((a.values - b.values) ** 2)))
    from scipy.stats import wasserstein_distance  # half a second, which only those who compare have to wait

    return float(wasserstein_distance(a.values, b.values))


def compare(
    measure: Callable[[Sequence[np.ndarray], float | None, Mapping[str, Any]], dict[str, Statistic]],
    real: Sequence[np.ndarray],
    samples: Sequence[np.ndarray],
    rate: float | None,
    extra: Mapping[str, Any],
) -> list[Comparison]:
    """Compare each statistic of `samples` with `real`, and of even-numbered with odd-numbered `real` sequences.

    Args:
      measure: `Domain.measure`.
      real, samples: sequences as raw rows.
      rate: rows per second (Hz), None without a clock.
      extra: `Manifest.extra`.
    Raises:
      SwnError: for fewer than two real sequences or no samples.
    """
    if len(real) < 2 or not samples:
        raise SwnError(
            f"found {len(real)} real sequences and {len(samples)} samples, wanted at least 2 and 1: take more of them"
        )
    every, even, odd, sampled = (measure(rows, rate, extra) for rows in (real, real[::2], real[1::2], samples))

    def mean(statistic: Statistic) -> float:
        return float(statistic.values.mean()) if len(statistic.values) else float("nan")

    return [
        Comparison(
            name, s.unit, mean(s), mean(sampled[name]), distance(sampled[name], s), distance(even[name], odd[name])
        )
        for name, s in every.items()
    ]
