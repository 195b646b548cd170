"""Runs that are given a name with each recording: trained, resumed, evaluated, sampled; and what is refused."""

import json

import jax
import numpy as np
import pytest
from small_run import config_of
from sound_files import WHO, spoken_digits

from swn_jax import configs, corpora
from swn_jax.errors import SwnError
from swn_jax.runs import SampleRequest, evaluate_run, load_run, sample_run, train_run
from swn_jax.runs.examples import examples_in
from swn_jax.runs.sample import stream_rows
from swn_jax.runs.workdir import facts_of
from swn_jax.sampling import Temperature


def spoken(condition="speaker", **changes):
    config = configs.get_config("spoken_digit:rnn")
    small = config_of("rnn", **{"model.cells": 8, "model.layers": 1, "sequence_length": 3, **changes})
    for key in ("steps", "warmup", "eval_every", "log_every", "batch", "sequence_length", "replicas", "seed"):
        config[key] = small[key]
    config.model.update(small.model)
    config.condition = condition
    return config


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return spoken_digits(tmp_path_factory.mktemp("digits")).path.parents[1]


@pytest.fixture(scope="module")
def trained(data_dir, tmp_path_factory):
    workdir, said = tmp_path_factory.mktemp("run"), []
    (result,) = train_run(spoken(), workdir, data_dir, devices=1, tell=said.append)
    assert "given the speaker of each recording: 3 are known" in said
    return result, workdir


@pytest.mark.slow
def test_it_goes_on_to_the_same_bits(data_dir, trained, tmp_path):
    asked = iter([False, True])
    (stopped,) = train_run(spoken(), tmp_path, data_dir, devices=1, stop=lambda: next(asked))
    assert not stopped.finished
    (result,) = train_run(spoken(), tmp_path, data_dir, devices=1)
    jax.tree.map(np.testing.assert_array_equal, result.state.params, trained[0].state.params)


def test_examples_are_given_the_names_of_their_recordings(data_dir, trained, tmp_path):
    run = load_run(trained[1], data_dir, checkpoint="newest")
    write = examples_in(tmp_path, run.model, run.prepared, 2, 0, warn=pytest.fail)
    assert len([path for path in write(trained[0].state) if path.suffix == ".wav"]) == 2


def test_names_are_recorded_and_given_in_evaluation(data_dir, trained):
    run = load_run(trained[1], data_dir, checkpoint="newest")
    assert json.loads((trained[1] / "data.json").read_text())["condition"] == {"speaker": list(WHO)}
    assert run.model.condition == 3
    found = evaluate_run(run, samples=1)
    assert found["context"].endswith(", given its speaker")
    assert (found["sequences"], np.isfinite(found["elbo"])) == (9, True)


def test_samples_are_of_the_names_that_are_asked_for(data_dir, trained):
    run = load_run(trained[1], data_dir, checkpoint="newest")
    still = SampleRequest(frames=3, num=4, temperature=Temperature(0.0, 0.0), condition=("theo", "lucas"))
    x = sample_run(run, "generate", still).frames
    np.testing.assert_array_equal(x[:2], x[2:])  # in turn
    assert not np.array_equal(x[0], x[1])
    (alone,) = stream_rows(run, still)
    np.testing.assert_array_equal(alone, run.prepared.rows(x[0]))
    for mode in ("continue", "reconstruct"):
        assert sample_run(run, mode, still._replace(num=2, condition=())).frames.shape == (2, 3, 100)
    with pytest.raises(SwnError, match="no speaker 'teo': did you mean 'theo'"):
        sample_run(run, "generate", still._replace(condition=("teo",)))
    with pytest.raises(SwnError, match="given the speaker of what it makes, found none: pass --condition=NAME, or sev"):
        sample_run(run, "generate", still._replace(condition=()))


def test_a_run_without_takes_no_name(data_dir, trained):
    run = load_run(trained[1], data_dir, checkpoint="newest")
    without = run._replace(prepared=run.prepared.given(""))
    assert "condition" not in facts_of(without.prepared)
    with pytest.raises(SwnError, match="found --condition=theo, and .* was trained without: leave it out"):
        sample_run(without, "generate", SampleRequest(frames=3, condition=("theo",)))
    with pytest.raises(SwnError, match="condition: speaker there, label now"):
        train_run(spoken("label"), trained[1], data_dir, devices=1)


@pytest.mark.slow
def test_replicas_on_several_devices_are_given_it_too(data_dir, trained, tmp_path):
    train_run(spoken(replicas=2), tmp_path, data_dir, devices=2)
    one, two = (load_run(path, data_dir, checkpoint="newest") for path in (trained[1], tmp_path / "seed_0"))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4), one.variables, two.variables)


def test_unknown_names_in_validation_are_told_before_a_folder_is_made(tmp_path):
    corpora.prepare("synthetic_speech", tmp_path / "data", train=9, valid=2, test=2)
    told = r"split valid: there is no speaker 'valid-000': did you mean 'train-000'\? \(known: train-000, train-001\)"
    with pytest.raises(SwnError, match=told):
        train_run(config_of("rnn", condition="speaker"), tmp_path / "run", tmp_path / "data", devices=1)
    assert not (tmp_path / "run").exists()
