"""Every optimizer trains, resumes to the bit and is loaded again; what does not go together is told."""

import functools

import jax
import numpy as np
import pytest
from daily import daily
from small_run import STEPS
from small_run import config_of as small_config

from swn_jax import corpora
from swn_jax.errors import SwnError
from swn_jax.runs import load_run, train_run
from swn_jax.runs.optimizer import OPTIMIZERS, optimizer_of

SETTINGS = {"schedule_free": {"schedule": "constant"}, "adamw": {"decay": 0.01}}

config_of = functools.partial(small_config, "rnn", **{"model.cells": 8})  # the quickest to trace


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=6, valid=2, test=2)
    return folder


@pytest.mark.parametrize("name", daily((name for name in OPTIMIZERS if name != "adam"), "adamw"))
def test_a_stopped_run_goes_on_to_the_bits_of_the_unbroken_one(name, data_dir, tmp_path):
    config = config_of(optimizer=name, **SETTINGS.get(name, {}))
    (unbroken,) = train_run(config, tmp_path / "unbroken", data_dir, devices=1)
    asked = iter([False, False, True])
    train_run(config, tmp_path / "run", data_dir, devices=1, stop=lambda: next(asked))
    (ended,) = train_run(config, tmp_path / "run", data_dir, devices=1)
    assert int(ended.state.step) == STEPS
    jax.tree.map(np.testing.assert_array_equal, ended.state.params, unbroken.state.params)
    jax.tree.map(np.testing.assert_array_equal, ended.state.opt, unbroken.state.opt)
    assert load_run(tmp_path / "run", data_dir).averaged == (name == "schedule_free")


@pytest.mark.parametrize(("changes", "words"), [
    ({"optimizer": "adm"}, "no optimizer 'adm': did you mean 'adam'"),
    ({"optimizer": "schedule_free"}, "found schedule=cosine: set --config.schedule=constant"),
    ({"optimizer": "schedule_free", "schedule": "constant", "ema": 0.9}, "an average of its own"),
    ({"schedule": "cosin"}, "no schedule 'cosin': did you mean 'cosine'"),
])  # fmt: skip
def test_settings_that_do_not_go_together_are_told(changes, words):
    with pytest.raises(SwnError, match=words):
        optimizer_of(config_of(**changes), 1)
