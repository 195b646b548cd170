"""Which of a few words is said, by linear discriminants of how the spectrum goes through the word."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int16
from scipy import fft

from swn_jax.domains.speech.statistics import bands, decibels
from swn_jax.domains.speech.yin import WINDOW

PARTS, CEPSTRA = 5, 8  # of a word: equal stretches of time, and numbers of the mean spectrum of each
LOUD = 40.0  # dB below the loudest band of a word; what is quieter before and after belongs to no word
SHRUNK = 0.7  # how far the covariance goes to its diagonal: speakers vary otherwise than those of the training


class Words(NamedTuple):
    """Linear discriminants: the score of word k for features f is `weights_k f + offset_k`."""

    names: tuple[str, ...]
    weights: Float[np.ndarray, "K F"]
    offset: Float[np.ndarray, " K"]


def features(samples: Int16[np.ndarray, " n"], rate: float) -> Float[np.ndarray, " F"]:
    """Cepstra of the mean band levels of the parts of a word, without that of the level: loudness counts for nothing.

    Args:
      samples: of a word; less than 25 ms are taken as followed by silence.
      rate: Hz.
    """
    levels = decibels(bands(np.pad(samples, (0, max(0, round(WINDOW * rate) - len(samples)))), rate))
    loud = np.flatnonzero(levels.max(axis=1) > levels.max() - LOUD)
    levels = np.maximum(levels[loud[0] : loud[-1] + 1], levels.max() - 1.5 * LOUD)
    edges = np.linspace(0, len(levels), PARTS + 1)
    parts = [levels[int(a) : max(int(a) + 1, int(b))].mean(axis=0) for a, b in pairwise(edges)]
    return fft.dct(np.stack(parts), axis=1, norm="ortho")[:, 1 : CEPSTRA + 1].ravel()


def discriminants(x: Float[np.ndarray, "R F"], labels: Sequence[str]) -> Words:
    """The discriminants of Fisher with a covariance S shrunk to its diagonal (Friedman 1989).

    `score_k = m_k' S^-1 f - m_k' S^-1 m_k / 2`, with the means m_k of the words and their covariance around them.

    Args:
      x: features of recordings, several of each word.
      labels: what each of them says.
    """
    names = tuple(sorted(set(labels)))
    known = np.array(labels)
    means = np.stack([x[known == name].mean(axis=0) for name in names])
    rest = x - means[np.searchsorted(names, known)]
    own = rest.T @ rest / len(rest)
    weights = np.linalg.solve((1 - SHRUNK) * own + SHRUNK * np.diag(np.diag(own)), means.T).T
    return Words(names, weights, -(means * weights).sum(axis=1) / 2)


def told(words: Words, x: Float[np.ndarray, "R F"]) -> list[str]:
    """The word of the largest score for the features of each recording."""
    return [words.names[k] for k in (x @ words.weights.T + words.offset).argmax(axis=1)]
