"""Speech from a source and a filter: a corpus that needs no download, for tests and first runs.

Many voices, none in two splits, each with its own pitch and length of the vocal tract, say random syllables.
"""

import numpy as np
from jaxtyping import Int16
from numpy.random import RandomState

from swn_jax.data.embedded import check
from swn_jax.data.record import SPLITS, Corpus, Plan, Recording
from swn_jax.data.speech import SPEECH
from swn_jax.data.synthetic_speech import speech

EACH = 8  # utterances of a voice


def plan(seed: int, **counts: int) -> Plan:
    """`counts` utterances for each split, a function of `seed`; raises SwnError for a count below 1."""
    check("synthetic_speech", seed, **counts)
    return Plan({split: tuple(_recording(seed, split, n) for n in range(counts[split])) for split in SPLITS})


def _recording(seed: int, split: str, number: int) -> Recording:
    speaker = f"{split}-{number // EACH:03d}"
    return Recording(f"{seed}/{speaker}/{number % EACH}", speaker, lambda: [synthesise(seed, split, number)])


def synthesise(seed: int, split: str, number: int) -> Int16[np.ndarray, " n"]:
    """Utterance `number` of a split, 16 kHz: the same samples each time."""
    speaker, nth = divmod(number, EACH)
    key = (seed, SPLITS.index(split), speaker)
    voice = speech.voice(RandomState(key), high=bool(speaker % 2))
    return speech.utterance(voice, RandomState((*key, nth + 1)))


RECORD = Corpus(
    name="synthetic_speech",
    version="1.0.0",
    licence="none: made by this program",
    source="this program",
    plan=plan,
    domain=SPEECH,
    frame=200,
    rate=16000.0,
    options={"seed": 0, "train": 160, "valid": 16, "test": 16},
)
