"""The corpora, one declaration each: facts, source and splits."""

from swn_jax.corpora.registry import CORPORA, corpus, open_corpus, prepare

__all__ = ["CORPORA", "corpus", "open_corpus", "prepare"]
