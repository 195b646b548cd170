import pytest

from swn_jax.corpora import CORPORA, corpus
from swn_jax.errors import SwnError


def test_records_go_by_name():
    assert set(CORPORA) == {
        "timit", "timit/listed", "timit/speakers", "timit_sample", "blizzard", "iamondb", "ink", "motion",
        "speech_folder", "spoken_digit", "ljspeech", "vctk", "synthetic_speech", "synthetic_ink", "synthetic_motion",
    }  # fmt: skip
    assert all(corpus(name).name == name for name in CORPORA)
    assert len({corpus(name).folder for name in CORPORA}) == len(CORPORA)
    assert [name for name in CORPORA if corpus(name).embedded and not corpus(name).downloads] == [
        "synthetic_speech", "synthetic_ink", "synthetic_motion",
    ]  # fmt: skip


def test_records_agree_with_themselves():
    for name in CORPORA:
        record = corpus(name)
        assert set(record.published) <= {
            "RNN", "VRNN", "SRNN", "Z-forcing", "Z-forcing + aux", "WaveNet", "SWaveNet",
        }, name  # fmt: skip
        assert bool(record.downloads) <= ("manual_dir" in record.takes), name
        assert record.licence
        assert record.source


def test_misspelt_name():
    with pytest.raises(SwnError, match="no corpus 'timt': did you mean 'timit'"):
        corpus("timt")
