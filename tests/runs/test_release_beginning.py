"""A release of motion goes on from first frames of its training, as its run does; one of ink begins in silence."""

import dataclasses
import re
from importlib.util import find_spec

import jax
import numpy as np
import pytest
from sound_files import spoken_digits

import swn_jax
from swn_jax import configs, corpora
from swn_jax.release.beginning import kept, told
from swn_jax.release.run import release
from swn_jax.runs import Run, SampleRequest, sample_run
from swn_jax.runs.parts import model_of


def run_of(folder, corpus, condition="", **options):
    """An untrained run of an embedded corpus."""
    corpora.prepare(corpus, folder, train=4, valid=1, test=2, **options)
    config = configs.get_config(f"{corpus}:rnn")
    config.update_from_flattened_dict({"model.width": 8, "model.cells": 8, "condition": condition})
    prepared = corpora.open_corpus(corpus, folder).given(condition)
    model = model_of(config, prepared.frame_size, condition=prepared.condition_width)
    return Run(folder / "run", config, prepared, model, jax.jit(model.init)(jax.random.key(0)), 7)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("motion"), "synthetic_motion", features="poses")


def words(run, folder, parts):
    release(lambda: run, folder, parts, warn=pytest.fail)
    return (folder / "README.md").read_text()


def found(text):
    """What each program of a card makes, in raw units."""
    for program in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        names: dict = {}
        with jax.numpy_rank_promotion("allow"):
            exec(program, names)
        yield np.asarray(names["raw"])


def test_the_frames_are_first_frames_of_training_takes(run, tmp_path):
    text = words(run, tmp_path, ["weights"])
    recipe = swn_jax.load(tmp_path).recipe
    takes = list(run.prepared.split("train"))
    firsts = np.stack([run.corpus.domain.frames(take[:2], len(take[0]), recipe.facts["extra"])[0] for take in takes])
    kept = np.asarray(recipe.facts["before"]) * recipe.scale + recipe.shift
    assert len(kept) == 8
    assert np.abs(kept[:, None] - firsts).max(-1).min(-1).max() < 1e-5
    assert "The recipe has 8 such\nframes of the training split" in text
    assert "zeros((2, model.frame))" not in text


@pytest.mark.parametrize(
    "parts",
    [
        ["weights"],
        pytest.param(
            ["weights", "functions"],
            marks=[pytest.mark.slow, pytest.mark.skipif(not find_spec("flatbuffers"), reason="writes functions")],
        ),
    ],
)
def test_the_words_of_the_card_make_what_the_run_makes(run, tmp_path, monkeypatch, parts):
    text = words(run, tmp_path, parts)
    monkeypatch.chdir(tmp_path)
    made = list(found(text))
    assert len(made) == len(parts)
    own = sample_run(run, "generate", SampleRequest(frames=80, num=2)).frames * run.prepared.scale + run.prepared.shift
    for raw in made:
        np.testing.assert_allclose(raw, own, rtol=1e-3, atol=1e-4)


def test_with_names_there_is_a_frame_of_each_in_turn(tmp_path):
    """By the recordings: of words, as if they had a beginning; a paragraph of the card says it."""
    prepared = spoken_digits(tmp_path).given("speaker")
    domain = dataclasses.replace(prepared.corpus.domain, begun=True)
    frames = kept(dataclasses.replace(prepared, corpus=dataclasses.replace(prepared.corpus, domain=domain)))["before"]
    split, names = prepared.split("train"), prepared.condition.names
    for n, frame in enumerate(frames):
        own = [split[i][:100] for i, who in enumerate(split.names["speaker"]["train"]) if who == names[n % len(names)]]
        raw = np.asarray(frame) * prepared.scale + prepared.shift
        assert min(np.abs(raw - one).max() for one in own) < 0.01
    facts = {"before": frames, "domain": "speech"}
    assert '`facts["before"]`, of each speaker in turn. They' in told(facts, {"speaker": names})[0]


def test_ink_begins_in_silence(tmp_path):
    text = words(run_of(tmp_path, "synthetic_ink"), tmp_path, ["weights"])
    assert "before=jnp.zeros((2, model.frame))" in text
    assert "Beginning" not in text
    assert "before" not in swn_jax.load(tmp_path).recipe.facts
