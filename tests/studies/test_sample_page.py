"""The page of samples: what stands on it, and what is left out with a sentence."""

import numpy as np
import pytest

from swn_jax.corpora import open_corpus, prepare
from swn_jax.errors import SwnError
from swn_jax.runs import SampleRequest
from swn_jax.studies import sample_page


def test_statistics_take_two_recordings(tmp_path):
    prepare("synthetic_speech", tmp_path, train=2, valid=1, test=1)
    prepared = open_corpus("synthetic_speech", tmp_path)
    samples = [np.zeros(4000, np.int16)]
    assert sample_page.measured(prepared, "test", 20, samples) == []
    names = [row.name for row in sample_page.measured(prepared, "train", 20, samples)]
    assert {"pitch", "energy"} <= set(names)


def test_rows_are_named_by_number_or_weight():
    request = SampleRequest(frames=8, num=3)
    assert sample_page.row_names("generate", request) == ["0", "1", "2"]
    assert sample_page.row_names("interpolate", request) == ["weight 0.00", "weight 0.50", "weight 1.00"]


@pytest.mark.parametrize(("modes", "words"), [
    (["generate", "interpolate"], "wanted interpolate alone: run the others separately"),
    (["generated"], "did you mean 'generate'"),
])  # fmt: skip
def test_modes_that_do_not_go_together(modes, words):
    with pytest.raises(SwnError, match=words):
        sample_page.check(modes)
