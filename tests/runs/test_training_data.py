"""A run knows the data it was trained on: it goes on with no other, and is evaluated on others only when asked."""

import json

import numpy as np
import pytest
from small_run import config_of

from swn_jax import corpora
from swn_jax.errors import SwnError
from swn_jax.runs import evaluate_baseline, evaluate_run, load_run, train_run
from swn_jax.runs.workdir import DATA
from swn_jax.sealed import opened


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Two folders with corpora of one name: other utterances under the same ids."""
    folders = [tmp_path_factory.mktemp(name) for name in "ab"]
    for seed, folder in enumerate(folders):
        corpora.prepare("synthetic_speech", folder, train=6, valid=2, test=2, seed=seed)
    return folders


@pytest.fixture(scope="module")
def workdir(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    train_run(config_of(), folder, data[0], devices=1)
    return folder


def test_training_goes_on_with_the_same_data_only(data, workdir):
    assert {"digests", "mean", "std"} <= json.loads((workdir / DATA).read_text()).keys()
    with pytest.raises(SwnError, match=r"holds a run of other data than .*mean: .* now.*take another --workdir"):
        train_run(config_of(), workdir, data[1], devices=1)
    assert train_run(config_of(), workdir, data[0], devices=1)[0].finished


def test_other_data_are_asked_for_scaled_as_in_training_and_kept_apart(data, workdir):
    own = load_run(workdir, data[0])
    evaluate_run(own, samples=1)
    kept = (workdir / "eval_test.json").read_text()
    with pytest.raises(SwnError, match="was trained on other data than .*--other_data"):
        load_run(workdir, data[1])
    run = load_run(workdir, data[1], other=True)
    assert run.prepared.scale == own.prepared.scale
    assert run.prepared.manifest.std != json.loads(next(data[1].rglob("manifest.json")).read_text())["std"]
    np.testing.assert_array_equal(run.prepared.split("test")[0], load_other(data[1]).split("test")[0])
    found = evaluate_run(run, samples=1)
    assert not found["reported"]
    assert (workdir / "eval_test.json").read_text() == kept
    (path,) = workdir.glob("other_data_test_*.json")
    assert opened(path.read_text()) == found


def load_other(folder):
    return corpora.open_corpus("synthetic_speech", folder)


def test_a_run_of_before_data_were_recorded_is_loaded(data, workdir, tmp_path):
    text = (workdir / DATA).read_text()
    try:
        (workdir / DATA).unlink()
        assert load_run(workdir, data[1]).other == ""
    finally:
        (workdir / DATA).write_text(text)


def test_baselines_of_other_data_do_not_replace_those_of_these(data, tmp_path):
    prepared = [corpora.open_corpus("synthetic_speech", folder) for folder in data]
    evaluate_baseline("preemphasis", prepared[0], workdir=tmp_path)
    with pytest.raises(SwnError, match="holds a run of other data"):
        evaluate_baseline("preemphasis", prepared[1], workdir=tmp_path)
