"""What sound, ink and motion do differently: a record of functions, one for each domain."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from swn_jax.data.statistics import Statistic
from swn_jax.data.written import WrittenFiles
from swn_jax.errors import SwnError

Rows = np.ndarray  # raw rows of a recording: samples [n], points [n, 3], poses [n, D]; see its domain
Extra = Mapping[str, Any]  # what drawing and export need of a corpus, as JSON: its skeleton, say
Scaling = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # mean, std [W] -> shift, scale [W]
Stream = Callable[[Path, float], AbstractContextManager[Callable[[Rows], None]]]  # path, rate -> put(rows)


@runtime_checkable
class Draw(Protocol):
    """Draws recordings to one PNG, each under its name."""

    def __call__(self, path: Path | str, rows: Mapping[str, Any], rate: float | None, extra: Extra) -> None: ...


@runtime_checkable
class Write(Protocol):
    """Writes one recording as the files that people hear, see and go on with."""

    def __call__(
        self, folder: Path, name: str, rows: Any, rate: float | None, extra: Extra, *, real: Any = None,
        clipped: int = 0,
    ) -> WrittenFiles: ...  # fmt: skip


@runtime_checkable
class Measure(Protocol):
    """The statistics of a set of recordings, by name."""

    def __call__(self, rows: Sequence[Any], rate: float | None, extra: Extra) -> dict[str, Statistic]: ...


def known_rate(name: str, rate: float | None) -> float:
    """The rows per second; raises SwnError, naming the domain, where there is no such number."""
    if rate is None:
        raise SwnError(f"{name}: found no rate, wanted rows per second: prepare the corpus again")
    return rate


def nothing_clipped(frames: np.ndarray) -> int:
    """For domains whose files hold any finite number."""
    return 0


@dataclass(frozen=True)
class Domain:
    """How the rows on disk become frames of a model and back, and how recordings are written, drawn and measured."""

    name: str
    dtype: type  # of a stored row's numbers
    shape: tuple[int | None, ...]  # of a stored row; None stands for the frame size
    frames: Callable[[Rows, int], np.ndarray]  # rows, D -> frames [T, D], float64, not scaled
    rows: Callable[[np.ndarray], Rows]  # frames, not scaled -> rows: the inverse
    overlap: int  # rows that each frame shares with the next one: 1 where frames are differences of rows
    given: int  # frames at the start of a recording that condition and are not scored
    joined: bool  # whether training windows run across the borders of recordings
    scalings: Mapping[str, Scaling]  # by name, the first is the published one
    draw: Draw
    preview_frames: int  # frames of each recording that a preview shows, at most
    write: Write
    measure: Measure
    clipped: Callable[[np.ndarray], int] = nothing_clipped  # frames, not scaled -> numbers beyond what a file can hold
    open_stream: Stream | None = None  # None where a file cannot grow while its rows are made
    figure: Callable[[Path, Mapping[str, Sequence[Rows]], int], None] | None = None  # systems side by side, if any

    @property
    def quantized(self) -> bool:
        """Whether rows are integers, so that a density of them is a code length in bits."""
        return np.issubdtype(self.dtype, np.integer)
