"""A prepared corpus, opened for reading."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Float, Real

from swn_jax.data import manifest as manifests
from swn_jax.data.corpus import Corpus
from swn_jax.data.domain import Rows
from swn_jax.data.manifest import Manifest
from swn_jax.data.preparing import folder
from swn_jax.data.split import Split
from swn_jax.errors import SwnError, unknown


@dataclass(frozen=True)
class Prepared:
    """A corpus with its preparation and a way to scale it: all that reading it takes."""

    corpus: Corpus
    manifest: Manifest
    path: Path
    scaling: str
    frame_size: int  # D, the numbers in a frame; of sound perhaps a divisor of the manifest's

    @property
    def segment(self) -> int | None:
        """Frames of a unit; None where it is the whole recording."""
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
        """What is taken from each number of a frame, in raw units; W is D, or 1 where all numbers share it."""
        return self._scale[0]

    @property
    def scale(self) -> Float[np.ndarray, " W"]:
        """What each number of a frame is then divided by, in raw units."""
        return self._scale[1]

    def scaled(self, frames: Real[np.ndarray, "*S D"]) -> Float[np.ndarray, "*S D"]:
        """Raw frames in standardised units."""
        return (frames - self.shift) / self.scale

    def rows(self, x: Float[np.ndarray, "T D"]) -> Rows:
        """Standardised frames as raw rows, for ears and eyes."""
        return self.corpus.domain.rows(np.asarray(x, np.float64) * self.scale + self.shift)

    def frames_in(self, seconds: float) -> int:
        """The frames that last so long, one at the least; raises SwnError where the corpus has no clock."""
        if self.manifest.rate is None:
            raise SwnError("this corpus has no clock: give the length as --frames=500")
        step = 1 if self.corpus.domain.shape else self.frame_size  # rows from one frame to the next
        return max(1, round(seconds * self.manifest.rate / step))

    def split(self, name: str) -> Split:
        """The recordings of the split `name`, lazily read; raises SwnError if there is no such split."""
        if name not in self.corpus.splits:
            raise unknown(f"split of {self.corpus.name}", name, self.corpus.splits)
        return Split(self.path, name, self.corpus.domain, self.manifest, self.frame_size)


def open_prepared(corpus: Corpus, data_dir: Path | str, scaling: str = "", frame_size: int = 0) -> Prepared:
    """Open a corpus that was prepared into `data_dir`.

    Args:
      corpus: what it is.
      data_dir: the folder of prepared corpora.
      scaling: of its domain, "" the published one.
      frame_size: of sound, the samples in a frame where other than the corpus has it, a divisor of that; 0 for that.
    Raises:
      SwnError: with the command that prepares it, if it is not there or only half written; for an unknown
        scaling, and a frame size that it cannot have.
    """
    scalings = corpus.domain.scalings
    if scaling and scaling not in scalings:
        raise unknown(f"scaling of {corpus.domain.name}", scaling, scalings)
    path = folder(corpus, data_dir)
    manifest = manifests.load(path)
    if manifest is None:
        found = "a half-written preparation" if path.exists() else "nothing"
        others = [other.corpus for place in sorted(path.parents[1].glob("*/*/")) if (other := manifests.load(place))]
        beside = f" (prepared there: {', '.join(others)})" if others else ""
        raise SwnError(f"{path}: found {found}, wanted {corpus.name}{beside}: run `{corpus.command(data_dir)}`")
    if frame_size and (corpus.domain.shape or manifest.frame % frame_size):
        can = f"its frames have {manifest.frame} numbers, wanted 0"
        more = "" if corpus.domain.shape else " or a divisor of that"
        raise SwnError(f"{corpus.name}: found frame_size={frame_size}; {can}{more}")
    return Prepared(corpus, manifest, path, scaling or next(iter(scalings)), frame_size or manifest.frame)
