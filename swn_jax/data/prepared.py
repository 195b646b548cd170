"""A prepared corpus, opened for reading."""

import dataclasses
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Float, Real

from swn_jax.data import manifest as manifests
from swn_jax.data.columns import KIND as COLUMNS
from swn_jax.data.columns import Columns, columns_of
from swn_jax.data.condition import Condition, condition_of
from swn_jax.data.corpus import Corpus
from swn_jax.data.domain import Rows
from swn_jax.data.manifest import Manifest
from swn_jax.data.preparing import folder
from swn_jax.data.split import Split
from swn_jax.data.text import KIND, Text, text_of
from swn_jax.errors import SwnError, unknown


@dataclass(frozen=True)
class Prepared:
    """A prepared corpus with its scaling and frame size."""

    corpus: Corpus
    manifest: Manifest
    path: Path
    scaling: str
    frame_size: int  # D, numbers per frame; for sound it may be a divisor of the corpus' own
    condition: Condition | Text | Columns | None = None  # what a model is given with each recording

    @property
    def segment(self) -> int | None:
        """Frames per unit; None if a unit is a whole recording."""
        corpus = self.corpus
        if not (corpus.segment and corpus.frame_size):
            return corpus.segment
        return corpus.segment * corpus.frame_size // self.frame_size

    @cached_property
    def _scale(self) -> tuple[Float[np.ndarray, " W"], Float[np.ndarray, " W"]]:
        mean, std = np.asarray(self.manifest.mean), np.asarray(self.manifest.std)
        return self.corpus.domain.scalings[self.scaling](mean, std)

    @property
    def shift(self) -> Float[np.ndarray, " W"]:
        """Subtracted from each number of a frame, raw units; W is D, or 1 if all numbers share it."""
        return self._scale[0]

    @property
    def scale(self) -> Float[np.ndarray, " W"]:
        """Divides each number of a frame after the shift, raw units."""
        return self._scale[1]

    def scaled(self, frames: Real[np.ndarray, "*S D"]) -> Float[np.ndarray, "*S D"]:
        """Raw frames in standardised units."""
        return (frames - self.shift) / self.scale

    def rows(self, x: Float[np.ndarray, "T D"], start: Rows | None = None) -> Rows:
        """Standardised frames as raw rows, to play and to draw, from the row `start` (`Split.start`) if known."""
        return self.corpus.domain.rows(np.asarray(x, np.float64) * self.scale + self.shift, self.manifest.extra, start)

    def frames_in(self, seconds: float) -> int:
        """The frames in that many seconds, at least one; raises SwnError without a clock, and for no such time."""
        if self.manifest.rate is None:
            raise SwnError(
                f"{self.corpus.name}: found a length in seconds, wanted frames, as it has no clock: pass --frames=500"
            )
        if not 0 <= seconds < math.inf:
            raise SwnError(f"found a length of {seconds} seconds, wanted a finite time, as --seconds=2")
        step = 1 if self.corpus.domain.shape else self.frame_size  # rows from one frame to the next
        return max(1, round(seconds * self.manifest.rate / step))

    def split(self, name: str) -> Split:
        """The recordings of the split `name`, read lazily; raises SwnError if there is no such split."""
        if name not in self.corpus.splits:
            raise unknown(f"split of {self.corpus.name}", name, self.corpus.splits)
        return Split(self.path, name, self.corpus.domain, self.manifest, self.frame_size, self.condition)

    @property
    def condition_width(self) -> int | tuple[int, int]:
        """C, the numbers that a model is given with each recording; 0 for none, (U, A) for a text."""
        return self.condition.width if self.condition else 0

    @property
    def _tracks(self) -> dict[str, tuple[str, ...]]:
        """What there is along each recording, by kind: the names of the numbers."""
        own = {kind: track.names for kind, track in self.corpus.domain.tracks.items()}
        return own | ({COLUMNS: tuple(self.manifest.columns["names"])} if self.manifest.columns else {})

    def given(self, kind: str) -> "Prepared":
        """The corpus with a condition: "speaker", "label", "text", "prosody", "columns", or "" for none.

        Raises:
          SwnError: for a kind that it does not keep, one name only, a constant column, and a corpus that was prepared
        before it kept names.
        """
        if not kind:
            return dataclasses.replace(self, condition=None)
        if kind in (tracks := self._tracks):
            split = self.split("train")
            measured = (split.measured(kind, number) for number in range(len(split)))
            return dataclasses.replace(self, condition=columns_of(kind, tracks[kind], measured, self.corpus.name))
        if kind == COLUMNS:
            remedy = "prepare it into another --data_dir with --columns=DIR, the folder of a CSV file for each of them"
            raise SwnError(f"{self.path}: found no columns beside its recordings: {remedy}")
        if not self.manifest.names:
            remedy = f"remove that folder, then run `{self.corpus.command(self.path.parents[1])}`"
            raise SwnError(
                f"{self.path}: found no names of recordings, it was prepared before they were kept: {remedy}"
            )
        names, name = self.manifest.names, self.corpus.name
        if kind not in (KIND, *names):
            raise SwnError(f"{name}: {unknown('condition', kind, [*names, *tracks])}")
        found = text_of(names, name) if kind == KIND else condition_of(names, kind, name)
        return dataclasses.replace(self, condition=found)


def open_prepared(corpus: Corpus, data_dir: Path | str, scaling: str = "", frame_size: int = 0) -> Prepared:
    """Open a corpus that was prepared into `data_dir`.

    Args:
      corpus: its declaration.
      data_dir: the folder of prepared corpora.
      scaling: a scaling of its domain; "" for the published one.
      frame_size: for sound, samples per frame: a divisor of the corpus' own, 0 for the corpus' own.
    Raises:
      SwnError: if it is not prepared or only partly, with the command that prepares it; for an unknown scaling or an
        impossible frame size.
    """
    scalings = corpus.domain.scalings
    if scaling and scaling not in scalings:
        raise unknown(f"scaling of {corpus.domain.name}", scaling, scalings)
    path = folder(corpus, data_dir)
    manifest = manifests.load(path)
    if manifest is None:
        found = "an incomplete preparation" if path.exists() else "nothing"
        others = [other.corpus for path in sorted(path.parents[1].glob("*/*/")) if (other := manifests.load(path))]
        beside = f" (prepared there: {', '.join(others)})" if others else ""
        raise SwnError(f"{path}: found {found}, wanted {corpus.name}{beside}: run `{corpus.command(data_dir)}`")
    if frame_size and (corpus.domain.shape or manifest.frame % frame_size):
        wanted = "0" if corpus.domain.shape else f"0 or a divisor of {manifest.frame}"
        raise SwnError(f"{corpus.name}: found frame_size={frame_size}, wanted {wanted}: change frame_size")
    return Prepared(corpus, manifest, path, scaling or next(iter(scalings)), frame_size or manifest.frame)
