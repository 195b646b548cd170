"""Runs trained on consecutive windows: stopped and resumed, loaded, replicated, and what is refused."""

import itertools

import jax
import numpy as np
import pytest
from small_run import STEPS, config_of

from swn_jax import corpora
from swn_jax.configs.check import check
from swn_jax.configs.keys import completed
from swn_jax.data.lanes import Lanes
from swn_jax.errors import SwnError
from swn_jax.runs import evaluate_run, load_run, train_run
from swn_jax.runs.batches import batches_of
from swn_jax.runs.parts import model_of
from swn_jax.studies.compiled.programs import programs_of

SMALL = {"srnn": {"model.cells": 8, "model.latent": 2}, "swavenet": {"model.layers": 2, "model.latent": 2}}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=6, valid=2, test=2)
    return folder


def carried(system="srnn", **changes):
    sizes = SMALL[system]
    return config_of(system, **{"carried": True, **sizes, **changes})


def bits(state):
    plain = jax.tree.map(lambda a: jax.random.key_data(a) if jax.dtypes.issubdtype(a.dtype, jax.dtypes.prng_key) else a,
                         state)  # fmt: skip
    return [np.asarray(a).tobytes() for a in jax.tree.leaves(plain)]


@pytest.mark.parametrize("system", ["srnn", pytest.param("swavenet", marks=pytest.mark.slow)])
def test_a_run_stopped_and_resumed_is_the_unbroken_one(system, data_dir, tmp_path):
    config, calls, said = carried(system), itertools.count(1), []
    (whole,) = train_run(config, tmp_path / "whole", data_dir, devices=1, tell=said.append)
    assert any("4 lanes of consecutive windows of 6 frames" in each for each in said)
    (half,) = train_run(config, tmp_path / "parts", data_dir, devices=1, stop=lambda: next(calls) == STEPS - 1)
    assert (half.finished, int(half.state.step)) == (False, STEPS - 1)
    assert any(np.asarray(a).any() for a in jax.tree.leaves(half.state.lanes))
    (resumed,) = train_run(config, tmp_path / "parts", data_dir, devices=1)
    assert bits(resumed.state) == bits(whole.state)
    run = load_run(tmp_path / "parts", data_dir, checkpoint="newest")
    assert np.isfinite(evaluate_run(run, samples=1)["elbo"])
    with pytest.raises(SwnError, match="carried"):
        train_run(carried(system, carried=False), tmp_path / "parts", data_dir, devices=1)


@pytest.mark.slow
def test_replicas_train_as_alone(data_dir, tmp_path):
    together = train_run(carried(replicas=2, steps="2 steps"), tmp_path / "both", data_dir, devices=1)
    (alone,) = train_run(carried(seed=1, steps="2 steps"), tmp_path / "alone", data_dir, devices=1)
    for one, other in zip(jax.tree.leaves(together[1].state.lanes), jax.tree.leaves(alone.state.lanes), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_a_posterior_without_end_sees_a_window_ahead(data_dir):
    prepared, said = corpora.open_corpus("synthetic_speech", data_dir), []
    for system, ahead in (("srnn", 6), ("swavenet", 2)):
        config = carried(system)
        data = batches_of(config, prepared, model_of(config, prepared.frame_size), said.append)
        assert isinstance(data, Lanes)
        assert data.ahead == ahead
    assert said[0].endswith("sees 6 frames beyond its window, not all as in evaluation")
    assert said[1].endswith("sees 2 frames beyond its window")


def test_what_does_not_go_together_is_refused():
    with pytest.raises(SwnError, match="found carried=True with own_inputs"):
        check(carried(own_inputs=0.5))
    with pytest.raises(SwnError, match="of which the programs are not compiled here: leave --config.carried out"):
        next(programs_of(carried().to_dict(), 1))


def test_runs_of_before_were_not_carried():
    assert completed({})["carried"] is False
