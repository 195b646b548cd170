"""Numbers that a model is given along each recording: measured of it, or of a file beside it; standardised."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from swn_jax.data.moments import Moments
from swn_jax.errors import SwnError

KIND = "columns"  # of files; what a domain measures has names of its own
PERIOD, UNIT = "period", 100.0  # of the sound, in hundreds of samples: not scaled by training, 0 for no voice
DIGITS = 6  # of means and deviations: the last bits of a measurement depend on the machine


@dataclass(frozen=True)
class Columns:
    """The names of the numbers, and their mean and deviation over the frames of the training split."""

    kind: str
    names: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def width(self) -> int:
        """C, the numbers of each frame."""
        return len(self.names)

    @property
    def told(self) -> bool:
        """Whether the last of what a domain measures is the period, for a density that is told it."""
        return self.kind != KIND and self.names[-1] == PERIOD

    def with_period(self) -> "Columns":
        """These numbers, and the period of the sound behind them."""
        return replace(self, names=(*self.names, PERIOD), mean=(*self.mean, 0.0), std=(*self.std, UNIT))

    def standardised(self, raw: Float[np.ndarray, "T C"]) -> Float[np.ndarray, "T C"]:
        """The numbers of a recording less their mean, over their deviation; 0 where there is none (NaN)."""
        return np.nan_to_num((raw - self.mean) / self.std, nan=0.0).astype(np.float32)


def columns_of(kind: str, names: Sequence[str], train: Iterable[Float[np.ndarray, "_ C"]], where: str) -> Columns:
    """Columns with the mean and the deviation of the training split, where NaN does not count.

    Args:
      kind: of the columns.
      names: of each.
      train: the numbers of each training recording.
      where: the corpus, for errors.
    Raises:
      SwnError: for a column that is constant in training.
    """
    found = [Moments() for _ in names]
    for raw in train:
        for moments, column in zip(found, raw.T, strict=True):
            moments.add(column[np.isfinite(column), None])
    mean, std = zip(*(_rounded(each) for each in found), strict=True)
    for name, deviation in zip(names, std, strict=True):
        if not deviation:
            remedy = "leave --config.condition out" + f", or prepare without {name}" * (kind == KIND)
            raise SwnError(f"{where}: found {name} of {kind} constant in training, wanted numbers that vary: {remedy}")
    return Columns(kind, tuple(names), mean, std)


def _rounded(moments: Moments) -> tuple[float, float]:
    if not moments.count:
        return 0.0, 0.0
    mean, std = (float(f"{float(value[0]):.{DIGITS}g}") for value in moments.result())
    return mean, std


def along(
    track: Callable[[int], Float[np.ndarray, "_ C"]],
    width: int,
    recordings: Int[np.ndarray, "B T"],
    places: Int[np.ndarray, "B T"],
) -> Float[np.ndarray, "B T C"]:
    """The numbers at places of recordings, zeros for a recording or a place below 0.

    Args:
      track: from the number of a recording to its numbers.
      width: C.
      recordings: by number.
      places: frames of them; beyond the last one the last one counts, for what is left of a recording after it.
    """
    out = np.zeros((*places.shape, width), np.float32)
    real = (recordings >= 0) & (places >= 0)
    for number in np.unique(recordings[real]).tolist():
        here, values = real & (recordings == number), track(number)
        out[here] = values[np.minimum(places[here], len(values) - 1)]
    return out
