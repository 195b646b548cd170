"""A prepared corpus, opened for reading."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Float, Real

from swn_jax.data import manifest as manifests
from swn_jax.data.corpora import CORPORA, corpus
from swn_jax.data.manifest import Manifest
from swn_jax.data.preparing import folder
from swn_jax.data.record import Corpus, Rows
from swn_jax.data.split import Split
from swn_jax.errors import SwnError, unknown


@dataclass(frozen=True)
class Prepared:
    """A corpus with its preparation and a way to scale it: all that reading it takes."""

    corpus: Corpus
    manifest: Manifest
    path: Path
    scaling: str

    @property
    def frame(self) -> int:
        """D, the numbers in a frame."""
        return self.manifest.frame

    @property
    def segment(self) -> int | None:
        """Frames of a unit; None where it is the whole recording."""
        corpus = self.corpus
        return corpus.segment * corpus.frame // self.frame if corpus.segment and corpus.frame else corpus.segment

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

    def split(self, name: str) -> Split:
        """The recordings of the split `name`, lazily read; raises SwnError if there is no such split."""
        if name not in self.corpus.splits:
            raise unknown(f"split of {self.corpus.name}", name, self.corpus.splits)
        return Split(self.path, name, self.corpus.domain, self.manifest)


def open_corpus(name: str, data_dir: Path | str, scaling: str = "", frame: int = 0) -> Prepared:
    """Open the corpus `name` that was prepared into `data_dir`.

    Args:
      name: of the corpus.
      data_dir: where it lies.
      scaling: of its domain, "" the published one.
      frame: of sound, the samples in a frame where other than the corpus has it, a divisor of that; 0 for that.
    Raises:
      SwnError: with the command that prepares it, if it is not there or only half written; for an unknown
        scaling, and a frame that it cannot have.
    """
    record = corpus(name)
    scalings = record.domain.scalings
    if scaling and scaling not in scalings:
        raise unknown(f"scaling of {record.domain.name}", scaling, scalings)
    path = folder(record, data_dir)
    manifest = manifests.load(path)
    if manifest is None:
        found = "a half-written preparation" if path.exists() else "nothing"
        others = [other for other in CORPORA if manifests.load(folder(corpus(other), data_dir))]
        beside = f" (prepared there: {', '.join(others)})" if others else ""
        raise SwnError(f"{path}: found {found}, wanted {name}{beside}: run `{record.command(data_dir)}`")
    if frame and (record.domain.shape or manifest.frame % frame):
        can = f"its frames have {manifest.frame} numbers, wanted 0"
        more = "" if record.domain.shape else " or a divisor of that"
        raise SwnError(f"{name}: found frame={frame}; {can}{more}")
    manifest = replace(manifest, frame=frame or manifest.frame)
    return Prepared(record, manifest, path, scaling or next(iter(scalings)))
