"""Data pipeline, independent of the domain: corpora prepared once with tensorflow-datasets, read as numpy arrays."""

from swn_jax.data.corpus import Corpus
from swn_jax.data.domain import Domain
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.prepared import Prepared, open_prepared
from swn_jax.data.preparing import prepare_corpus

__all__ = ["Corpus", "Domain", "Prepared", "Recording", "SplitIndex", "open_prepared", "prepare_corpus"]
