"""The interface of a domain: everything that differs between speech, ink and motion."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from swn_jax.data.baseline import Fit
from swn_jax.data.statistics import Statistic
from swn_jax.data.written import WrittenFiles
from swn_jax.errors import SwnError

Rows = np.ndarray  # raw rows of a recording: samples [n], points [n, 3], poses [n, D]
Extra = Mapping[str, Any]  # what frames, drawing and export need besides the rows, as JSON: a skeleton, for example
Scaling = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # mean, std [W] -> shift, scale [W]
Stream = Callable[[Path, float], AbstractContextManager[Callable[[Rows], None]]]  # path, rate -> put(rows)


@runtime_checkable
class Frames(Protocol):
    """Rows as unscaled frames [T, width], float64."""

    def __call__(self, rows: Any, width: int, extra: Any, /) -> np.ndarray: ...


@runtime_checkable
class ToRows(Protocol):
    """Unscaled frames as rows: the inverse, from the row `start` on, where frames are differences of rows."""

    def __call__(self, frames: Any, extra: Any, start: Any = ..., /) -> Rows: ...


@runtime_checkable
class Draw(Protocol):
    """Draw recordings into one PNG, labelled by name."""

    def __call__(self, path: Path | str, rows: Mapping[str, Any], rate: float | None, extra: Extra) -> None: ...


@runtime_checkable
class Write(Protocol):
    """Write one recording as files to listen to, look at and process further."""

    def __call__(
        self, folder: Path, name: str, rows: Any, rate: float | None, extra: Extra, *, real: Any = None,
        clipped: int = 0,
    ) -> WrittenFiles: ...  # fmt: skip


@runtime_checkable
class Measure(Protocol):
    """Compute statistics of a set of recordings, by name."""

    def __call__(self, rows: Sequence[Any], rate: float | None, extra: Extra) -> dict[str, Statistic]: ...


@runtime_checkable
class Gap(Protocol):
    """How far a sequence is from the real one of the same length, at each time: in `Domain.gap_unit`."""

    def __call__(self, real: Any, made: Any, rate: float | None, extra: Extra) -> np.ndarray: ...


@dataclass(frozen=True)
class Track:
    """Numbers that are measured of each frame of a recording, so that a model can be given them."""

    names: tuple[str, ...]
    measure: Callable[[Rows, float | None, int], np.ndarray]  # rows, rate, frame size -> [T, C], NaN for none
    told: Callable[[Rows, np.ndarray, float | None, int, int], np.ndarray] | None = (
        None  # rows, these [T, C], rate, frame size, count -> [T, count]: the period in rows, and a mark
    )


def known_rate(name: str, rate: float | None) -> float:
    """The rows per second; raises SwnError, naming the domain, if the rate is None."""
    if rate is None:
        raise SwnError(f"{name}: found no rate, wanted rows per second: prepare the corpus again")
    return rate


def nothing_clipped(frames: np.ndarray) -> int:
    """Zero clipped numbers: the default for domains whose files hold any finite number."""
    return 0


@dataclass(frozen=True)
class Domain:
    """How rows on disk become model frames and back, and how recordings are written, drawn and measured."""

    name: str
    dtype: type  # of the numbers in a stored row
    shape: tuple[int | None, ...]  # of a stored row; None stands for the frame size
    frames: Frames
    rows: ToRows
    overlap: int  # rows that consecutive frames share: 1 where frames are differences of rows
    given: int  # frames at the start of a recording that are conditioned on, not scored
    joined: bool  # whether training windows may span several recordings
    scalings: Mapping[str, Scaling]  # by name; the first is the published one
    draw: Draw
    preview_frames: int  # frames shown per recording in a preview, at most
    write: Write
    measure: Measure
    gap: Gap
    gap_unit: str
    clipped: Callable[[np.ndarray], int] = nothing_clipped  # unscaled frames -> count of numbers a file cannot hold
    length: Callable[[np.ndarray], int] = len  # unscaled frames that a model drew -> how many until their sequence ends
    begun: bool = False  # whether new sequences go on from the first frame of a recording, not from zeros
    open_stream: Stream | None = None  # None if files cannot be written incrementally
    figure: Callable[[Path, Mapping[str, Sequence[Rows]], int], None] | None = (
        None  # systems side by side; None if there is no such figure
    )

    tracks: Mapping[str, Track] = field(default_factory=dict)  # what a model can be given along a recording, by name
    baselines: Mapping[str, Fit] = field(default_factory=dict)  # classic densities by name, plainest first
    codes: Mapping[str, Callable[[Rows, float], int]] = field(  # lossless codes by name: rows, rate -> bits
        default_factory=dict
    )

    @property
    def quantized(self) -> bool:
        """Whether rows are integers, so that a likelihood is also a code length in bits."""
        return np.issubdtype(self.dtype, np.integer)
