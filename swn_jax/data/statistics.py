"""Statistics of samples against those of real data, with the difference of two real halves as the measure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.stats import wasserstein_distance

from swn_jax.errors import SwnError


class Statistic(NamedTuple):
    """One statistic of a set of sequences."""

    values: Float[np.ndarray, " n"]  # draws of a number, or the points of a curve
    unit: str
    kind: Literal["draws", "curve"]


class Comparison(NamedTuple):
    """A statistic of samples beside that of real data."""

    name: str
    unit: str
    real: float  # the mean of its values
    made: float
    distance: float  # samples from all real data
    halves: float  # one half of the real data from the other


def distance(a: Statistic, b: Statistic) -> float:
    """How far two statistics lie apart, in their unit: W_1 of two sets of draws, the RMS difference of two curves."""
    if not (len(a.values) and len(b.values)):
        return float("inf")  # a statistic that has no values on one side: silence has no pitch
    if a.kind == "curve":
        return float(np.sqrt(np.mean((a.values - b.values) ** 2)))
    return float(wasserstein_distance(a.values, b.values))


def compare(
    measure: Callable[[Sequence[np.ndarray], float | None, Mapping[str, Any]], dict[str, Statistic]],
    real: Sequence[np.ndarray],
    made: Sequence[np.ndarray],
    rate: float | None,
    extra: Mapping[str, Any],
) -> list[Comparison]:
    """Each statistic of `made` against `real`, and of the even ones of `real` against the odd ones.

    Args:
      measure: of the domain.
      real, made: sequences as raw rows.
      rate: rows a second (Hz), None without a clock.
      extra: of the corpus.
    Raises:
      SwnError: for fewer than two real sequences or no samples.
    """
    if len(real) < 2 or not made:
        raise SwnError(f"found {len(real)} real sequences and {len(made)} samples: wanted 2 and 1 at the least")
    whole, even, odd, ours = (measure(rows, rate, extra) for rows in (real, real[::2], real[1::2], made))

    def mean(statistic: Statistic) -> float:
        return float(statistic.values.mean()) if len(statistic.values) else float("nan")

    return [
        Comparison(name, s.unit, mean(s), mean(ours[name]), distance(ours[name], s), distance(even[name], odd[name]))
        for name, s in whole.items()
    ]
