"""The list of corpora, by name."""

from swn_jax.data import (
    blizzard,
    ink,
    ljspeech,
    motion,
    speech_folder,
    spoken_digit,
    synthetic_ink,
    synthetic_motion,
    synthetic_speech,
    timit,
    vctk,
)
from swn_jax.data.record import Corpus
from swn_jax.data.timit import sample
from swn_jax.errors import unknown

_RECORDS = {
    record.name: record
    for record in (
        *timit.RECORDS, sample.RECORD, blizzard.RECORD, *ink.RECORDS, motion.RECORD,
        speech_folder.RECORD, spoken_digit.RECORD, ljspeech.RECORD, vctk.RECORD,
        synthetic_speech.RECORD, synthetic_ink.RECORD, synthetic_motion.RECORD,
    )
}  # fmt: skip
CORPORA = tuple(_RECORDS)


def corpus(name: str) -> Corpus:
    """The record of the corpus `name`; raises SwnError, with the nearest name, if there is none."""
    if name not in _RECORDS:
        raise unknown("corpus", name, CORPORA)
    return _RECORDS[name]
