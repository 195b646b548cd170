"""The corpora, one declaration each: what it is, where to get it, and which recordings make its splits."""

from swn_jax.corpora.registry import CORPORA, corpus, open_corpus, prepare

__all__ = ["CORPORA", "corpus", "open_corpus", "prepare"]
