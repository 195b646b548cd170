import pytest

from swn_jax.data import CORPORA, corpus
from swn_jax.errors import SwnError


def test_records_go_by_name():
    assert set(CORPORA) == {"timit", "timit/listed", "timit/speakers", "synthetic_speech"}
    assert all(corpus(name).name == name for name in CORPORA)
    assert len({corpus(name).folder for name in CORPORA}) == len(CORPORA)
    assert [name for name in CORPORA if corpus(name).embedded] == ["synthetic_speech"]


def test_misspelt_name():
    with pytest.raises(SwnError, match="no corpus 'timt': did you mean 'timit'"):
        corpus("timt")
