"""Drawings that end: from marked points on disk to samples that stop."""

import dataclasses

import jax
import numpy as np
import pytest

from swn_jax.configs import get_config
from swn_jax.corpora import open_corpus, prepare
from swn_jax.corpora.synthetic_ink import write
from swn_jax.data.examples import usual_frames
from swn_jax.errors import SwnError
from swn_jax.runs import Run, SampleRequest, sample_run
from swn_jax.runs.density import density_of
from swn_jax.runs.parts import model_of


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ends")
    prepare("synthetic_ink", folder, train=2, valid=1, test=1, end=1)
    return open_corpus("synthetic_ink", folder)


def config_with(end):
    config = get_config("synthetic_ink:wavenet")
    config.model.update(layers=2, width=4)
    config.likelihood.end = end
    return config


def test_the_last_point_of_a_drawing_is_marked_and_all_else_as_it_was(prepared):
    for n, line in enumerate(prepared.split("train")):
        plain = write(0, "train", n)
        assert (plain[-1, 0], line[-1, 0]) == (1, 2)
        np.testing.assert_array_equal(np.minimum(line, [1, np.inf, np.inf]), plain)
    count = prepared.split("train").counts[0]
    frames = prepared.split("train").frames(0, 0, count)
    assert prepared.corpus.domain.length(frames) == count == len(write(0, "train", 0)) - 1
    assert prepared.corpus.domain.length(frames[:-1]) == count - 1
    assert usual_frames(prepared, "train") == max(prepared.split("train").counts)


def test_samples_stop_where_they_end(prepared, tmp_path):
    """Untrained, every third frame ends the drawing; what lies beyond is not written."""
    config = config_with(True)
    model = model_of(config, 3, density_of(config, prepared))
    run = Run(tmp_path, config, prepared, model, model.init(jax.random.key(0)), 0)
    found = sample_run(run, "generate", SampleRequest(40, num=8))
    assert found.frames.shape == (8, 40, 3)
    for x, rows, length in zip(found.frames, found.rows, found.lengths, strict=True):
        ends = [n for n in range(40) if x[n, 0] == 2]
        assert length == (ends[0] + 1 if ends else 40)
        assert len(rows) == length + 1
        assert (rows[:-1, 0] < 2).all()
    assert min(found.lengths) < 40


@pytest.mark.parametrize(("known", "words"), [
    (True, "wanted drawings whose ends are marked: prepare it with --option=end=1"),
    (False, "wanted a pen that has a state for them: pass --config.likelihood.end=True"),
])  # fmt: skip
def test_density_and_drawings_agree_on_ends(prepared, tmp_path, known, words):
    if known:
        prepare("synthetic_ink", tmp_path, train=1, valid=1, test=1)
        prepared = open_corpus("synthetic_ink", tmp_path)
    with pytest.raises(SwnError, match=words):
        density_of(config_with(known), prepared)


def test_ends_with_a_text_want_one(prepared):
    config = config_with(True)
    config.likelihood.text = True
    with pytest.raises(SwnError, match="found likelihood.text=True and condition=none, .*: pass --config.condition="):
        density_of(config, prepared)
    config.condition = "text"
    assert density_of(config, prepared)["text"]


def test_heights_that_do_not_add_up_are_refused(prepared):
    config = config_with(True)
    config.model.inputs = "line"
    with pytest.raises(
        SwnError, match="found model.inputs=line with the scaling published, .*: pass --config.scaling="
    ):
        density_of(config, prepared)
    scaled = dataclasses.replace(prepared, scaling="coordinate")
    assert density_of(config, scaled)["end"]


def test_no_other_number_marks_ends(tmp_path):
    with pytest.raises(SwnError, match="found end=2, wanted 1 to mark the ends of drawings, or 0: change end"):
        prepare("synthetic_ink", tmp_path, end=2)
