import dataclasses

import numpy as np
import pytest
from sound_files import WHO, spoken_digits

from swn_jax.data.openings import openings


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    return spoken_digits(tmp_path_factory.mktemp("digits"))


def begun(prepared):
    corpus = prepared.corpus
    domain = dataclasses.replace(corpus.domain, begun=True)
    return dataclasses.replace(prepared, corpus=dataclasses.replace(corpus, domain=domain))


def test_sound_begins_in_silence(spoken):
    before, starts = openings(spoken, 0, 3)
    np.testing.assert_array_equal(before, np.zeros((3, 100)))
    assert starts == [None] * 3


def test_the_first_of_many_are_those_of_few_and_another_seed_has_others(spoken):
    many, few, other = (openings(begun(spoken), *asked).before for asked in ((0, 9), (0, 3), (1, 9)))
    np.testing.assert_array_equal(many[:3], few)
    assert (many != other).any()


def test_each_begins_as_a_recording_of_its_name(spoken):
    """The first frame of a recording of the speaker, by the recording itself."""
    prepared = begun(spoken).given("speaker")
    split = prepared.split("train")
    asked = [WHO[2], WHO[0]]
    for n, before in enumerate(openings(prepared, 0, 8, asked).before):
        those = [split[i][:100] for i, who in enumerate(split.names["speaker"]["train"]) if who == asked[n % 2]]
        raw = before * prepared.scale + prepared.shift
        assert min(np.abs(raw - one).max() for one in those) < 0.01
