"""How far samples follow what they were given along a recording: measured of both, frame by frame."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from swn_jax.data.domain import Rows, Track


class Followed(NamedTuple):
    """One column over all frames."""

    name: str
    given: float  # its mean, where the recordings have one
    made: float  # and where the samples do
    correlation: float  # over the frames where both do; NaN where they are fewer than two, or one is constant


def followed(
    track: Track, real: Sequence[Rows], made: Sequence[Rows], rate: float | None, frame: int
) -> list[Followed]:
    """Compare the columns of samples with those of the recordings that they were given, Pearson's r.

    Args:
      track: what is measured.
      real: the recordings.
      made: the samples, each as long as its recording.
      rate: Hz.
      frame: rows of a frame.
    """
    a, b = (np.concatenate([track.measure(each, rate, frame) for each in rows]) for rows in (real, made))
    return [_column(name, a[:, c], b[:, c]) for c, name in enumerate(track.names)]


def _column(name: str, a: np.ndarray, b: np.ndarray) -> Followed:
    both = np.isfinite(a) & np.isfinite(b)
    known = both.sum() > 1 and bool(a[both].std() and b[both].std())
    r = float(np.corrcoef(a[both], b[both])[0, 1]) if known else float("nan")
    return Followed(name, _mean(a), _mean(b), r)


def _mean(column: np.ndarray) -> float:
    known = column[np.isfinite(column)]
    return float(known.mean()) if len(known) else float("nan")
