"""The data column: corpora, prepared once with tensorflow-datasets and read as plain arrays."""

from swn_jax.data.corpora import CORPORA, corpus
from swn_jax.data.prepared import Prepared, open_corpus
from swn_jax.data.preparing import prepare
from swn_jax.data.record import Corpus

__all__ = ["CORPORA", "Corpus", "Prepared", "corpus", "open_corpus", "prepare"]
