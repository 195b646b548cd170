"""Runs that write a given text: trained, loaded, evaluated, sampled; and what is refused."""

import dataclasses
import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax import configs, corpora
from swn_jax.data.examples import examples
from swn_jax.errors import SwnError
from swn_jax.models.text import frames_written
from swn_jax.release.recipe import build
from swn_jax.release.run import recipe_of
from swn_jax.runs import SampleRequest, evaluate_run, load_run, sample_run, texts, train_run
from swn_jax.runs.parts import model_of
from swn_jax.runs.sample import stream_rows
from swn_jax.sampling import Temperature

SMALL = {
    "condition": "text", "model.cells": 6, "model.width": 6, "steps": "2 steps", "warmup": "1 steps", "eval_every": 2,
    "log_every": 0, "batch": 2, "sequence_length": 24,
}  # fmt: skip


def config(**changes):
    found = configs.get_config("synthetic_ink:rnn")
    found.update_from_flattened_dict({**SMALL, **changes})
    return found


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ink")
    corpora.prepare("synthetic_ink", folder, train=40, valid=2, test=2)
    return folder


@pytest.fixture(scope="module")
def run(data_dir, tmp_path_factory):
    workdir, said = tmp_path_factory.mktemp("run"), []
    train_run(config(), workdir, data_dir, devices=1, tell=said.append, examples=1)
    found = load_run(workdir, data_dir, checkpoint="newest")
    assert f"given the text of each recording: {len(found.prepared.condition.names)} are known" in said
    return found


def test_the_alphabet_is_recorded_and_the_text_given_in_evaluation(run):
    facts, text = json.loads((run.workdir / "data.json").read_text()), run.prepared.condition
    assert facts["condition"] == {"text": list(text.names)}
    assert facts["letters"] == text.most
    assert run.model.condition == text.most * len(text.names)
    found = evaluate_run(run, samples=1)
    assert found["context"].endswith(", given its text")
    assert np.isfinite(found["elbo"])


def test_samples_write_what_is_asked_for(run):
    still = SampleRequest(6, num=4, temperature=Temperature(0.0, 0.0), text=("abba", "hello there"))
    x = sample_run(run, "generate", still).frames
    np.testing.assert_array_equal(x[:2, 0, 1:], x[2:, 0, 1:])  # in turn; later pens are drawn, in a new model by a coin
    assert not np.array_equal(x[0, 0, 1:], x[1, 0, 1:])
    (alone,) = stream_rows(run, still)
    np.testing.assert_array_equal(alone[1, 1:], run.prepared.rows(x[0])[1, 1:])
    for mode in ("continue", "reconstruct"):
        assert sample_run(run, mode, still._replace(num=2, text=())).frames.shape == (2, 6, 3)
    with pytest.raises(SwnError, match="found the letter 'B' in 'aBba', wanted letters of the training"):
        sample_run(run, "generate", still._replace(text=("aBba",)))
    with pytest.raises(SwnError, match="writes a given text, found none: pass --text=hello"):
        sample_run(run, "generate", still._replace(text=()))


def test_a_continuation_goes_on_with_a_text_where_the_window_is(run):
    """The window of an untrained model has read three letters of the recording after 75 frames."""
    real = examples(run.prepared, "valid", 2, 150)
    given = run.prepared.condition
    prefix = real.batch._replace(x=real.batch.x[:, :75], mask=real.batch.mask[:, :75])
    begun = given.texts(real.batch.condition)
    primed = given.texts(texts.primed(run, prefix, ("hello", "you")))
    assert primed == [f"{begun[0][:3].strip()} hello", f"{begun[1][:3].strip()} you"]
    request = SampleRequest(150, num=2, temperature=Temperature(0.0, 0.0))
    own, other = (sample_run(run, "continue", request._replace(text=t), split="valid").frames for t in ((), ("ah",)))
    np.testing.assert_array_equal(own[:, :75], other[:, :75])
    assert (own[:, 75] != other[:, 75]).any()
    wide = request._replace(text=("ah",), frames=250)
    ended = sample_run(run, "continue", wide, split="valid").lengths
    assert ended == [min(250, one) for one in ended]
    assert max(ended) < 250  # at the pace of an untrained window, after some eight letters
    most = "a" * given.most
    with pytest.raises(SwnError, match="letters with those of the recording, wanted at most .*: take a shorter --text"):
        texts.primed(run, prefix, (most,))


def test_without_ends_a_line_stops_when_its_text_is_written(run):
    request = SampleRequest(60, num=2, text=("a", "hello there"), temperature=Temperature(0.0, 0.0))
    found = sample_run(run, "generate", request)
    assert found.lengths == [len(rows) - 1 for rows in found.rows]
    assert 25 < found.lengths[0] < 60  # at the pace of an untrained window, past a place and a half
    assert found.lengths[1] == 60
    batch = jax.tree.map(jnp.asarray, examples(run.prepared, "valid", 1, 60).batch)
    assert frames_written(run.variables, len(run.prepared.condition.names), batch).tolist() == [60]


def test_a_run_that_reads_its_line_stops_when_its_text_is_written(run):
    changed = config(**{"model.inputs": "line", "scaling": "coordinate"})
    prepared = dataclasses.replace(run.prepared, scaling="coordinate")
    model = model_of(changed, 3, condition=prepared.condition_width)
    own = run._replace(config=changed, prepared=prepared, model=model, variables=jax.jit(model.init)(jax.random.key(0)))
    request = SampleRequest(60, num=2, text=("a", "hello there"), temperature=Temperature(0.0, 0.0))
    found = sample_run(own, "generate", request)
    assert 25 < found.lengths[0] < 60 == found.lengths[1]


def test_a_run_without_takes_no_text(run):
    without = run._replace(prepared=run.prepared.given(""))
    with pytest.raises(
        SwnError, match="found --text=hi, and .* was trained without texts: leave it out, or train a run"
    ):
        sample_run(without, "generate", SampleRequest(frames=3, text=("hi",)))


def test_letters_that_training_lacks_are_told(tmp_path):
    corpora.prepare("synthetic_ink", tmp_path, train=2, valid=3, test=1)
    said = []
    train_run(config(), tmp_path / "run", tmp_path, devices=1, tell=said.append)
    assert any(one.startswith("letters of valid that training does not have are given as no letter: '") for one in said)


def test_a_release_builds_the_model(run):
    recipe = recipe_of(run)
    assert recipe.condition == {"text": run.prepared.condition.names}
    assert build(recipe) == run.model
