"""The list of corpora, by name."""

from swn_jax.data import synthetic_speech, timit
from swn_jax.data.record import Corpus
from swn_jax.errors import unknown

_RECORDS = {record.name: record for record in (*timit.RECORDS, synthetic_speech.RECORD)}
CORPORA = tuple(_RECORDS)


def corpus(name: str) -> Corpus:
    """The record of the corpus `name`; raises SwnError, with the nearest name, if there is none."""
    if name not in _RECORDS:
        raise unknown("corpus", name, CORPORA)
    return _RECORDS[name]
