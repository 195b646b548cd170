"""Numbers that a model is given along each recording: measured of it, or of a file beside it; standardised."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from swn_jax.data.moments import Moments
from swn_jax.errors import SwnError

KIND = "columns"  # of files; what a domain measures has names of its own
PERIOD, UNIT = "period", 100.0  # of the sound, in hundreds of samples: not scaled by training, 0 for no voice
MARK = "mark"  # from the start of a frame to a pulse of that period, in the same unit
TOLD = PERIOD, MARK
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
    def told(self) -> int:
        """How many of the last numbers are for a density that is told them: a period, or this and a mark."""
        told = 0 if self.kind == KIND else len(TOLD)
        while told and self.names[-told:] != TOLD[:told]:
            told -= 1
        return told

    def telling(self, count: int) -> "Columns":
        """These numbers, and behind them so many that a density is told: the period of the sound, and a mark."""
        mean, std = (0.0,) * count, (UNIT,) * count
        return replace(self, names=(*self.names, *TOLD[:count]), mean=(*self.mean, *mean), std=(*self.std, *std))

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


def from_starts(values: Float[np.ndarray, "*S C"], later: Int[np.ndarray, "*S"]) -> Float[np.ndarray, "*S C"]:
    """Standardised numbers that end with a period and a mark, of frames that start so many samples later.

    The mark is again the first one after the start, where there is one: `P - ((s - m) mod P)`.
    """
    period, mark = values[..., -2], values[..., -1]
    first = period - np.mod(later / UNIT - mark, np.where(period > 0, period, 1.0))
    return np.concatenate([values[..., :-1], np.where(mark > 0, first, 0.0)[..., None]], axis=-1).astype(values.dtype)


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
