"""A warm start takes weights, checked by path and shape, and nothing else; frozen and averaged weights."""

import json

import jax
import numpy as np
import pytest
from small_run import STEPS, config_of

from swn_jax import corpora
from swn_jax.errors import SwnError
from swn_jax.release.run import release
from swn_jax.release.start import weights_of
from swn_jax.runs import Init, evaluate_run, load_run, train_run
from swn_jax.runs.warm import INIT, Weights
from swn_jax.train.flat import named


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=6, valid=2, test=2)
    return folder


@pytest.fixture(scope="module")
def trained(data_dir, tmp_path_factory):
    """A run that keeps averaged weights."""
    folder = tmp_path_factory.mktemp("run")
    train_run(config_of(ema=0.5), folder, data_dir, devices=1)
    return folder


def init_of(source, data_dir, partial=False):
    return Init(str(source), lambda: weights_of(source, data_dir), partial)


def test_averaged_weights_are_loaded_unless_the_last_ones_are_asked_for(data_dir, trained):
    mean, last = (load_run(trained, data_dir, checkpoint="newest", averaged=averaged) for averaged in (True, False))
    assert (mean.averaged, last.averaged) == (True, False)
    kernels = [run.variables["params"]["causal_0"]["f2"]["kernel"] for run in (mean, last)]
    assert not np.array_equal(*kernels)
    assert evaluate_run(mean, samples=1)["averaged"]
    assert "averaged" not in evaluate_run(last, samples=1)


@pytest.mark.slow
def test_a_stopped_run_with_averages_equals_the_unbroken_one(data_dir, trained, tmp_path):
    said, asked = [], iter([False, False, True])
    train_run(config_of(ema=0.5), tmp_path, data_dir, devices=1, stop=lambda: next(asked), tell=said.append)
    assert said[0].startswith(
        "averaged weights of decay 0.5 are evaluated and sampled: one more copy of the parameters"
    )
    train_run(config_of(ema=0.5), tmp_path, data_dir, devices=1)
    for averaged in (True, False):
        runs = [load_run(folder, data_dir, checkpoint="newest", averaged=averaged) for folder in (trained, tmp_path)]
        jax.tree.map(np.testing.assert_array_equal, *(run.variables for run in runs))


@pytest.mark.slow
def test_a_run_and_its_release_give_the_same_start(data_dir, trained, tmp_path):
    release(lambda: load_run(trained, data_dir), tmp_path / "release", ["weights"], warn=print)
    own = load_run(trained, data_dir).variables
    for source in (trained, tmp_path / "release"):
        said, folder = [], tmp_path / f"from {source.name}"
        (ended,) = train_run(
            config_of(rate=0.0, seed=5), folder, data_dir, devices=1, init=init_of(source, data_dir), tell=said.append
        )
        jax.tree.map(np.testing.assert_array_equal, ended.state.params.tree(), own["params"])
        assert said == [f"starts from {source}, trained on synthetic_speech: {len(named(own))} arrays taken"]
        assert int(ended.state.step) == STEPS
        assert json.loads((folder / INIT).read_text())["source"] == str(source)


def test_what_does_not_fit_is_told_and_may_be_made_anew(data_dir, trained, tmp_path):
    other, said = config_of(frame_size=100, **{"model.layers": 1}), []
    with pytest.raises(SwnError, match=r"found params/\S+ \[.*\], wanted .* more such: --init_partial takes what fits"):
        train_run(other, tmp_path / "run", data_dir, devices=1, init=init_of(trained, data_dir))
    assert not (tmp_path / "run").exists()
    init = init_of(trained, data_dir, partial=True)
    train_run(other, tmp_path / "run", data_dir, devices=1, init=init, tell=said.append)
    lists = json.loads((tmp_path / "run" / INIT).read_text())
    assert "its frames have 200 numbers, those of this run 100" in said
    assert [line.split(":")[0] for line in said[-3:]] == ["taken", "left", "made anew"]
    assert "params/causal_0/f2/kernel" in lists["taken"]
    assert any("causal_1" in name for name in lists["left"])
    assert set(lists["anew"]).isdisjoint(lists["taken"])


def test_a_run_goes_on_only_from_what_it_started_from(data_dir, trained, tmp_path):
    init = init_of(trained, data_dir)
    with pytest.raises(SwnError, match="holds a run that started from weights of its own, found --init"):
        train_run(config_of(ema=0.5), trained, data_dir, devices=1, init=init)
    train_run(config_of(), tmp_path, data_dir, devices=1, init=init)
    assert train_run(config_of(), tmp_path, data_dir, devices=1, init=init)[0].finished
    assert train_run(config_of(), tmp_path, data_dir, devices=1)[0].finished
    with pytest.raises(SwnError, match=f"holds a run that started from {trained}, found --init=elsewhere"):
        train_run(config_of(), tmp_path, data_dir, devices=1, init=Init("elsewhere", init.load))
    (tmp_path / "checkpoints").rename(tmp_path / "away")  # as if it had ended before its first checkpoint
    with pytest.raises(SwnError, match=f"is a run that starts from {trained}: give it as --init again"):
        train_run(config_of(), tmp_path, data_dir, devices=1)


def test_folders_that_hold_no_weights_are_told(data_dir, tmp_path):
    with pytest.raises(SwnError, match="found neither a run nor a release there: give the folder of one"):
        weights_of(tmp_path, data_dir)
    foreign = Init("foreign", lambda: Weights({"params": {"w": np.ones(3)}}, "another corpus", 7), partial=True)
    with pytest.raises(SwnError, match="none of its arrays fits this model"):
        train_run(config_of(), tmp_path / "run", data_dir, devices=1, init=foreign)


def test_frozen_weights_keep_their_bits_and_factors_are_read(data_dir, trained, tmp_path):
    config = config_of(freeze="causal_0/.*", rate_factors="causal_1/.*=0.5 causal_1/skip/.*=.1")
    (ended,) = train_run(config, tmp_path, data_dir, devices=1, init=init_of(trained, data_dir))
    own, params = load_run(trained, data_dir).variables["params"], ended.state.params.tree()
    jax.tree.map(np.testing.assert_array_equal, params["causal_0"], own["causal_0"])
    assert not np.array_equal(params["causal_1"]["skip"]["kernel"], own["causal_1"]["skip"]["kernel"])
    for wrong in ("causal_1/.*", "=3", "causal_1/.*=x", "causal_1/.*=-1"):
        with pytest.raises(SwnError, match="in rate_factors, wanted PATTERN=FACTOR"):
            train_run(config_of(rate_factors=wrong), tmp_path / "no", data_dir, devices=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (dict(freeze="casual_0/.*"), "'casual_0/.*' matches no parameter: paths begin with causal_0"),
        (dict(freeze="("), r"'\(' is no regular expression"),
        (dict(freeze=".*"), "freeze all parameters"),
        (dict(optimizer="schedule_free"), "wants a rate that stays"),
    ],
    ids=str,
)
def test_a_mistake_leaves_no_run_behind(data_dir, tmp_path, wrong, said):
    """So that the same command can be given again, put right."""
    with pytest.raises(SwnError, match=said):
        train_run(config_of(**wrong), tmp_path / "run", data_dir, devices=1)
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_the_card_of_a_release_tells_what_its_training_started_from(data_dir, trained, tmp_path):
    train_run(config_of(), tmp_path / "run", data_dir, devices=1, init=init_of(trained, data_dir))
    release(lambda: load_run(tmp_path / "run", data_dir), tmp_path / "release", ["weights"], warn=print)
    assert f"--init={trained.name}\n" in (tmp_path / "release" / "README.md").read_text()
