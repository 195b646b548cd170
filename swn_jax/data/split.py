"""The recordings of one split, read lazily from disk."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import SupportsIndex

import numpy as np
from jaxtyping import Float, Int

from swn_jax.data.columns import KIND, TOLD, Columns, along, from_starts
from swn_jax.data.condition import Condition
from swn_jax.data.domain import Domain, Rows
from swn_jax.data.kept_columns import kept
from swn_jax.data.manifest import Manifest
from swn_jax.data.signal import Signal
from swn_jax.data.store import source
from swn_jax.data.text import Text
from swn_jax.errors import SwnError


class Split:
    """A sequence of recordings in stored order; `lengths` are in rows, `counts` in frames of `frame_size`."""

    def __init__(
        self, path: Path, name: str, domain: Domain, manifest: Manifest, frame_size: int,
        condition: Condition | Text | Columns | None = None,
    ):  # fmt: skip
        self.path, self.name, self.domain = path, name, domain
        self.frame_size, self.chunk, self.extra = frame_size, manifest.chunk, manifest.extra
        self.ids, self.lengths = manifest.ids[name], manifest.lengths[name]
        self.condition, self.names, self.manifest = condition, manifest.names, manifest
        self._tracks: dict[int, Float[np.ndarray, "_ C"]] = {}  # of the recordings that were asked for
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)]).astype(np.int64)

    @property
    def step(self) -> int:
        """Rows from one frame to the next."""
        return self.frame_size if self.domain.shape == () else 1

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Whole frames of each recording."""
        return tuple((n - self.domain.overlap) // self.step for n in self.lengths)

    @cached_property
    def codes(self) -> Int[np.ndarray, "*S"] | None:
        """The place of each recording's name in the condition, None without one; SwnError for an unknown name."""
        if self.condition is None or isinstance(self.condition, Columns):
            return None
        kind = self.condition.kind
        remedy = f": divide the corpus so that each {kind} is in training too, or leave --config.condition out"
        return self.condition.codes(self.names[kind][self.name], f"{self.path}, split {self.name}: ", remedy)

    def given(
        self, recordings: Int[np.ndarray, "*S"], rows: Int[np.ndarray, "B T"]
    ) -> Float[np.ndarray, "... C"] | None:
        """The condition of recordings by number, zeros for a number below 0; None without one.

        That of names has the shape of `recordings` [B] or [B, T], that of columns is always of each frame.

        Args:
          recordings: by number.
          rows: of them, in the middle of each frame; of padding below 0.
        """
        if isinstance(self.condition, Columns):
            every = recordings if recordings.ndim == 2 else recordings[:, None]
            values = along(self.track, self.condition.width, np.broadcast_to(every, rows.shape), rows // self.grid)
            later = rows % self.grid - self.step // 2  # than the frames in which their middles lie, where theirs start
            return from_starts(values, later) if self.condition.told == len(TOLD) else values
        if self.condition is None or self.codes is None:
            return None
        codes = self.codes[recordings]
        codes[recordings < 0] = -1
        return self.condition.one_hot(codes)

    @property
    def grid(self) -> int:
        """Rows from one frame to the next, in frames of the corpus' own size."""
        return self.manifest.frame if self.domain.shape == () else 1

    def track(self, number: int) -> Float[np.ndarray, "T C"]:
        """The standardised columns of a recording, one row for each frame of the corpus' own size."""
        if number not in self._tracks:
            assert isinstance(self.condition, Columns)
            measured = self.measured(self.condition.kind, number)
            if (count := self.condition.told) and (told := self.domain.tracks[self.condition.kind].told):
                known = told(self[number], measured, self.manifest.rate, self.manifest.frame, count)
                measured = np.column_stack([measured, known])
            self._tracks[number] = self.condition.standardised(measured)
        return self._tracks[number]

    def measured(self, kind: str, number: int) -> Float[np.ndarray, "T C"]:
        """What the domain measures along a recording, or what a file beside it says: one row for each frame."""
        if kind == KIND:
            values = kept(self.path, self.manifest, self.name, number)
            frames = (self.lengths[number] - self.domain.overlap) // self.grid
            return np.broadcast_to(values, (frames, values.shape[1]))
        return self.domain.tracks[kind].measure(self[number], self.manifest.rate, self.manifest.frame)

    @cached_property
    def signal(self) -> Signal:
        """All recordings, concatenated."""
        records = source(self.path, self.name)

        def chunk(number: int) -> Rows:
            try:
                return records[number]["rows"]
            except Exception as error:  # array_record's own, of several kinds
                raise SwnError(
                    f"{self.path}, split {self.name}: damaged ({error}): remove that folder and prepare it again"
                ) from error

        lengths = [min(self.chunk, n - at) for n in self.lengths for at in range(0, n, self.chunk)]
        row = np.dtype(self.domain.dtype).itemsize * int(
            np.prod([size or self.frame_size for size in self.domain.shape])
        )
        return Signal(chunk, lengths, row)

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: SupportsIndex) -> Rows:
        """All rows of one recording."""
        index = int(index)
        if not 0 <= index < len(self):
            raise IndexError(f"{self.name} holds {len(self)} recordings, asked for number {index}")
        return self.signal.read(int(self.starts[index]), int(self.starts[index + 1]))

    def __iter__(self) -> Iterator[Rows]:
        return map(self.__getitem__, range(len(self)))

    def frames(self, index: int, start: int, stop: int) -> Float[np.ndarray, "T D"]:
        """The unscaled frames from `start` to before `stop` of one recording."""
        first = int(self.starts[index]) + start * self.step
        last = first + (stop - start) * self.step + self.domain.overlap
        return self.domain.frames(self.signal.read(first, last), self.frame_size, self.extra)

    def start(self, index: int, frame: int) -> Rows | None:
        """The row that a frame of one recording starts from; None where frames are no differences of rows."""
        at = int(self.starts[index]) + frame
        return self.signal.read(at, at + 1)[0] if self.domain.overlap else None
