"""Which words a run says when it is asked for them, by a classifier that has heard recordings only."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from swn_jax.corpora import spoken_digit
from swn_jax.data import Prepared
from swn_jax.data.domain import Rows, known_rate
from swn_jax.domains.speech.words import discriminants, features, told

CORPUS = spoken_digit.CORPUS.name  # whose labels are words


class Spoken(NamedTuple):
    """Counts of words: rows are what was said or to be said, columns what it was taken for."""

    names: tuple[str, ...]
    made: Int[np.ndarray, "K K"]
    real: Int[np.ndarray, "K K"]


def spoken(prepared: Prepared, split: str, asked: Sequence[str], rows: Sequence[Rows]) -> Spoken:
    """Tell the words of samples and of the recordings of a split, by discriminants of the training split.

    Args:
      prepared: a corpus with labels.
      split: of the recordings; it tells of unknown speakers where the corpus is divided by speaker.
      asked: the label that each sample was given.
      rows: the samples.
    """
    rate, labels = known_rate("speech", prepared.manifest.rate), prepared.manifest.names["label"]

    def heard(sounds: Sequence[Rows]) -> np.ndarray:
        return np.stack([features(sound, rate) for sound in sounds])

    words = discriminants(heard([*prepared.split("train")]), labels["train"])

    def confusion(said: Sequence[str], sounds: Sequence[Rows]) -> np.ndarray:
        counts = np.zeros((len(words.names), len(words.names)), np.int64)
        places = [[words.names.index(name) for name in each] for each in (said, told(words, heard(sounds)))]
        np.add.at(counts, tuple(places), 1)
        return counts

    return Spoken(words.names, confusion(asked, rows), confusion(labels[split], [*prepared.split(split)]))


def rightly(counts: Int[np.ndarray, "K K"]) -> float:
    """The share that is taken for what it is."""
    return float(np.trace(counts) / counts.sum())
