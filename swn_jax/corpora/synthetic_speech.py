"""Synthetic speech: a corpus that needs no download, for tests and first runs.

Many voices, each in one split only, with their own pitch and vocal tract length, say random syllables.
"""

import numpy as np
from jaxtyping import Int16
from numpy.random import RandomState

from swn_jax.corpora.synthetic import check
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SPLITS, Recording, SplitIndex
from swn_jax.domains.speech.domain import SPEECH
from swn_jax.domains.speech.synthetic import utterance

EACH = 8  # utterances per voice


def index(seed: int, **counts: int) -> SplitIndex:
    """`counts` utterances per split, a function of `seed`; raises SwnError for a count below 1."""
    check("synthetic_speech", seed, **counts)
    return SplitIndex({split: tuple(_recording(seed, split, n) for n in range(counts[split])) for split in SPLITS})


def _recording(seed: int, split: str, number: int) -> Recording:
    speaker = f"{split}-{number // EACH:03d}"
    return Recording(f"{seed}/{speaker}/{number % EACH}", speaker, lambda: [synthesise(seed, split, number)])


def synthesise(seed: int, split: str, number: int) -> Int16[np.ndarray, " n"]:
    """Utterance `number` of a split, 16 kHz, the same samples each time."""
    speaker, nth = divmod(number, EACH)
    key = (seed, SPLITS.index(split), speaker)
    voice = utterance.voice(RandomState(key), high=bool(speaker % 2))
    return utterance.utterance(voice, RandomState((*key, nth + 1)))


CORPUS = Corpus(
    name="synthetic_speech",
    version="1.0.0",
    licence="none: made by this program",
    source="this program",
    index=index,
    domain=SPEECH,
    frame_size=200,
    rate=16000.0,
    options={"seed": 0, "train": 160, "valid": 16, "test": 16},
)
