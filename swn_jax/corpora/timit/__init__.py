"""TIMIT (Garofolo et al. 1993): 630 speakers of American English, ten sentences each."""

from functools import partial

from swn_jax.corpora.timit import splits
from swn_jax.data.corpus import Corpus
from swn_jax.domains.speech.domain import SPEECH

# Lai et al. 2018, table 1: mean nats per test utterance; all but RNN and WaveNet are lower bounds.
PUBLISHED = {
    "RNN": 26643.0,
    "VRNN": 28982.0,
    "SRNN": 60550.0,
    "Z-forcing": 68903.0,
    "Z-forcing + aux": 70469.0,
    "WaveNet": 26074.0,
    "SWaveNet": 72463.0,
}

_timit = partial(
    Corpus,
    version="1.0.0",
    domain=SPEECH,
    frame_size=200,
    rate=16000.0,
    licence="LDC user agreement, by fee or membership",
    source="Linguistic Data Consortium, LDC93S1, https://catalog.ldc.upenn.edu/LDC93S1",
)

CORPORA = (
    _timit(
        name="timit",
        needs=("manual_dir",),
        index=splits.classic,
        published=PUBLISHED,
        counts=splits.COUNTS,
        std=548.136169,  # stated by the FIVO code base, for the sorted order
    ),
    _timit(name="timit/listed", needs=("manual_dir", "split_file"), index=splits.listed, published=PUBLISHED),
    _timit(name="timit/speakers", needs=("manual_dir",), index=splits.speakers),
)
