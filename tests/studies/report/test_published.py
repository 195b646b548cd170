"""A published number stands only beside a number of the same corpus, split, scaling and row."""

import pytest

from swn_jax.corpora import CORPORA, corpus
from swn_jax.studies.report.published import DEFINITIONS, NAMES, ORDER, TABLES, beside, definitions, number, protocol


def test_every_published_number_has_a_definition_and_a_system():
    told = {name for name in CORPORA if corpus(name).published}
    assert told == {"timit", "timit/listed", "blizzard", "iamondb"}
    for name in told:
        assert set(definitions(name)) == set(corpus(name).published)
        assert set(corpus(name).published) <= set(NAMES[protocol(name)].values())
    assert set(DEFINITIONS) == set(NAMES) == set(TABLES) == {name.partition("/")[0] for name in told}
    assert set().union(*NAMES.values()) <= set(ORDER)


def test_numbers_are_those_of_the_tables():
    """Tables 1 and 2 of the paper, read anew."""
    assert [number("timit", row) for row in ("RNN", "VRNN", "SWaveNet")] == ["26,643", "≥ 28,982", "≥ 72,463 ± 639"]
    assert [number("blizzard", row) for row in ("WaveNet", "SRNN", "SWaveNet")] == [
        "-5,777", "≥ 11,991", "≥ 15,708 ± 274",
    ]  # fmt: skip
    assert [number("iamondb", row) for row in ("RNN", "VRNN", "WaveNet", "SWaveNet")] == [
        "1,016", "≥ 1,334", "1,021", "≥ 1,301",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "split", "system", "scaling", "frame", "sequences", "text"),
    [
        ("timit", "test", "rnn_gmm", "", 0, 1680, "26,643 (RNN)"),
        ("timit", "test", "rnn", "", 0, 1680, "none: no such row"),
        ("timit", "test", "storn", "", 0, 1680, "none: no such row"),
        ("timit", "test", "swavenet", "signal", 0, 1680, "≥ 72,463 ± 639 (SWaveNet)"),
        ("timit/listed", "test", "released", "", 0, 1680, "≥ 72,463 ± 639 (SWaveNet)"),
        ("timit", "test", "swavenet", "", 20, 1680, "none: of frames of 200"),
        ("timit", "test", "swavenet", "", 0, 12, "none: of all 1,680 utterances"),
        ("timit", "valid", "swavenet", "", 0, 231, "none: of the test split"),
        ("timit/speakers", "test", "swavenet", "", 0, 1680, "none: not this corpus"),
        ("timit_sample", "test", "swavenet", "", 0, 12, "none: not this corpus"),
        ("iamondb", "valid", "rnn", "", 0, 1438, "1,016 (RNN)"),
        ("iamondb", "valid", "swavenet", "coordinate", 0, 1438, "none: of the published scaling"),
    ],
)
def test_what_stands_beside_a_number(name, split, system, scaling, frame, sequences, text):
    assert beside(name, split, system, scaling, frame, sequences) == text
