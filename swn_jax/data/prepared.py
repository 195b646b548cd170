"""A prepared corpus, opened for reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import SupportsIndex

import numpy as np
from jaxtyping import Int16

from swn_jax.data import manifest as manifests
from swn_jax.data.builder import source
from swn_jax.data.corpora import CORPORA, corpus
from swn_jax.data.manifest import Manifest
from swn_jax.data.preparing import folder
from swn_jax.data.record import Corpus
from swn_jax.errors import SwnError, unknown


class Utterances:
    """The recordings of one split in the order of its list, each read when asked for."""

    def __init__(self, path: Path, split: str, size: int):
        self.path, self.split, self.size = path, split, size

    @cached_property
    def _source(self) -> Sequence:
        return source(self.path, self.split)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: SupportsIndex) -> Int16[np.ndarray, " n"]:
        index = int(index)
        if not 0 <= index < self.size:
            raise IndexError(f"{self.split} holds {self.size} recordings, asked for number {index}")
        return self._source[index]["audio"]

    def __iter__(self) -> Iterator[Int16[np.ndarray, " n"]]:
        return map(self.__getitem__, range(self.size))


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
