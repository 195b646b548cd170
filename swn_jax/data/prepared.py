"""A prepared corpus, opened for reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds
from jaxtyping import Int16

from swn_jax.data import manifest as manifests
from swn_jax.data.corpora import CORPORA, corpus
from swn_jax.data.manifest import Manifest
from swn_jax.data.preparing import folder
from swn_jax.data.record import Corpus
from swn_jax.errors import SwnError, unknown


class Utterances(Sequence):
    """The recordings of one split in the order of its list, each read when asked for."""

    def __init__(self, path: Path, split: str, count: int):
        self.path, self.split, self.count = path, split, count

    @cached_property
    def _source(self):
        return tfds.builder_from_directory(self.path).as_data_source(self.split)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Int16[np.ndarray, " n"]:
        if not -self.count <= index < self.count:
            raise IndexError(f"{self.split} holds {self.count} recordings, asked for number {index}")
        return self._source[int(index) % self.count]["audio"]


@dataclass(frozen=True)
class Prepared:
    """A corpus with its preparation: all that reading it takes."""

    corpus: Corpus
    manifest: Manifest
    path: Path

    @property
    def mean(self) -> float:
        """Mean of the raw training signal, in 16-bit units."""
        return self.manifest.mean

    @property
    def std(self) -> float:
        """Standard deviation of the raw training signal, in 16-bit units."""
        return self.manifest.std

    def known(self, split: str) -> str:
        """`split` itself; raises SwnError, with the nearest name, if the corpus has no such split."""
        if split not in self.corpus.splits:
            raise unknown(f"split of {self.corpus.name}", split, self.corpus.splits)
        return split

    def split(self, name: str) -> Utterances:
        """The recordings of the split `name`, int16, lazily read; raises SwnError if there is no such split."""
        return Utterances(self.path, self.known(name), self.manifest.counts[name])

    def lengths(self, name: str) -> tuple[int, ...]:
        """The samples of each recording of the split `name`; raises SwnError if there is no such split."""
        return self.manifest.lengths[self.known(name)]


def open_corpus(name: str, data_dir: Path | str) -> Prepared:
    """Open the corpus `name` that was prepared into `data_dir`.

    Raises SwnError, with the command that prepares it, if it is not there or only half written.
    """
    record = corpus(name)
    path = folder(record, data_dir)
    manifest = manifests.load(path)
    if manifest is None:
        found = "a half-written preparation" if path.exists() else "nothing"
        others = [other for other in CORPORA if manifests.load(folder(corpus(other), data_dir))]
        beside = f" (prepared there: {', '.join(others)})" if others else ""
        raise SwnError(f"{path}: found {found}, wanted {name}{beside}: run `{record.command(data_dir)}`")
    return Prepared(record, manifest, path)
