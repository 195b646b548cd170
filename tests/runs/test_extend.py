"""A run that is extended goes on from its last state; what may change is said and recorded, what may not is refused."""

import functools
import json

import jax
import numpy as np
import optax
import pytest
import victims
from command_line import Child
from daily import daily
from ends import run_end
from small_run import STEPS
from small_run import config_of as small_config

from swn_jax import corpora
from swn_jax.errors import SwnError
from swn_jax.runs import load_run, train_run
from swn_jax.runs.history import HISTORY
from swn_jax.runs.optimizer import rate_of
from swn_jax.version import __version__

config_of = functools.partial(small_config, "rnn", **{"model.cells": 8})  # the quickest to trace


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    corpora.prepare("synthetic_speech", folder, train=6, valid=2, test=2)
    return folder


def bits(result):
    return [np.asarray(a).tobytes() for a in jax.tree.leaves((result.state.params, result.state.opt))]


def history(workdir):
    return [json.loads(line) for line in (workdir / HISTORY).read_text().splitlines()]


def test_more_steps_go_on_from_the_last_state_and_are_one_run_with_its_restarts(data_dir, tmp_path):
    said, longer = [], config_of(steps="10 steps")
    train_run(config_of(), tmp_path / "run", data_dir, devices=1)
    asked = iter([False, False, True])
    (stopped,) = train_run(longer, tmp_path / "run", data_dir, devices=1, tell=said.append, stop=lambda: next(asked))
    assert (int(stopped.state.step), stopped.finished) == (STEPS + 3, False)
    assert said == [
        f"extended from {STEPS} to 10 steps, from step {STEPS} on: the rate rises from 0, where it stands, to 0.001, "
        "then falls; the KL weight goes on from where it stands"
    ]
    (ended,) = train_run(longer, tmp_path / "run", data_dir, devices=1, tell=said.append)  # the same command resumes
    assert (ended.finished, len(said)) == (True, 1)
    assert json.loads((tmp_path / "run" / "config.json").read_text())["extended"] == [[STEPS, f"{STEPS} steps"]]
    whole = config_of(steps="10 steps", extended=((STEPS, f"{STEPS} steps"),))
    (unbroken,) = train_run(whole, tmp_path / "unbroken", data_dir, devices=1)
    assert bits(ended) == bits(unbroken)
    assert load_run(tmp_path / "run", data_dir, checkpoint="newest").step == 10


def test_the_rate_is_rebased_from_where_it_stands():
    """Against optax' own schedules: a half cosine that is left at step 4, and another of six steps from there."""
    rate = rate_of(config_of(steps="10 steps", warmup="2 steps", extended=((4, "8 steps"),)), 1)
    first = optax.warmup_cosine_decay_schedule(0.0, 1e-3, 2, 8)
    then = optax.warmup_cosine_decay_schedule(float(first(4)), 1e-3, 2, 6)
    expected = [*(first(t) for t in range(4)), *(then(t) for t in range(7))]
    np.testing.assert_allclose([float(rate(t)) for t in range(11)], expected, rtol=1e-6)
    assert 5e-4 < float(rate(4)) < float(rate(6)) == pytest.approx(1e-3)


@pytest.mark.parametrize("rebase", daily([True, False], True))
def test_a_rate_that_knows_no_end_makes_an_extension_exact(data_dir, tmp_path, rebase):
    short, long = (config_of(schedule="constant", steps=f"{steps} steps") for steps in (STEPS, 7))
    train_run(short, tmp_path / "run", data_dir, devices=1)
    (ended,) = train_run(long, tmp_path / "run", data_dir, devices=1, rebase=rebase)
    (unbroken,) = train_run(long, tmp_path / "unbroken", data_dir, devices=1)
    assert bits(ended) == bits(unbroken)


@pytest.mark.slow
def test_schedules_may_be_taken_as_if_it_had_been_so_from_the_start(data_dir, tmp_path):
    said = []
    train_run(config_of(), tmp_path, data_dir, devices=1)
    train_run(config_of(steps="8 steps"), tmp_path, data_dir, devices=1, rebase=False, tell=said.append)
    assert said == [f"extended from {STEPS} to 8 steps, with schedules as if it had been so from the start"]
    lines = map(json.loads, (tmp_path / "metrics.jsonl").read_text().splitlines())
    rates = {line["step"]: line["rate"] for line in lines if "rate" in line}
    plain = rate_of(config_of(steps="8 steps"), 1)
    assert [rates[n] for n in range(STEPS + 1, 9)] == pytest.approx([float(plain(n - 1)) for n in range(STEPS + 1, 9)])


def test_what_changes_no_number_may_change_and_every_start_is_recorded(data_dir, tmp_path):
    train_run(config_of(), tmp_path, data_dir, devices=1)
    with (tmp_path / HISTORY).open("a") as file:
        file.write('{"cut')  # by a crash
    train_run(config_of(log_every=2, eval_every=3, max_bad=7), tmp_path, data_dir, devices=1)
    first, _, second = (tmp_path / HISTORY).read_text().splitlines()
    first, second = json.loads(first), json.loads(second)
    assert (first["step"], first["changed"], second["step"]) == (0, {}, STEPS)
    assert (first["reached"], second["reached"]) == (0, STEPS)
    assert second["changed"] == {"log_every": [1, 2], "eval_every": [2, 3], "max_bad": [20, 7]}
    assert first["swn_jax"] == __version__
    assert {"time", "commit", "jax", "host", "processes", "devices"} <= first.keys()
    assert json.loads((tmp_path / "config.json").read_text())["log_every"] == 2


def test_fewer_steps_other_keys_and_another_past_are_refused(data_dir, tmp_path):
    train_run(config_of(), tmp_path, data_dir, devices=1)
    with pytest.raises(SwnError, match="holds a run of 4 steps, found 3 now: give as many or more, or take another"):
        train_run(config_of(steps="3 steps"), tmp_path, data_dir, devices=1)
    with pytest.raises(SwnError, match=r"another config \(rate: 0.001 there, 0.1 now\)"):
        train_run(config_of(steps="9 steps", rate=0.1), tmp_path, data_dir, devices=1)
    train_run(config_of(steps="5 steps"), tmp_path, data_dir, devices=1)
    with pytest.raises(SwnError, match="another config .extended: "):
        train_run(config_of(steps="5 steps", extended=((2, "3 steps"),)), tmp_path, data_dir, devices=1)
    assert [line["step"] for line in history(tmp_path)] == [0, STEPS]


@pytest.mark.slow
def test_replicas_are_extended_together(data_dir, tmp_path):
    train_run(config_of(replicas=2), tmp_path, data_dir, devices=1)
    results = train_run(config_of(replicas=2, steps="6 steps"), tmp_path, data_dir, devices=1)
    assert [int(result.state.step) for result in results] == [6, 6]
    assert json.loads((tmp_path / "seed_1" / "config.json").read_text())["extended"] == [[STEPS, f"{STEPS} steps"]]
    assert [line["step"] for line in history(tmp_path / "seed_1")] == [0, STEPS]


def test_a_run_of_before_the_new_keys_goes_on(data_dir, tmp_path):
    asked = iter([False, True])
    train_run(config_of(), tmp_path, data_dir, devices=1, stop=lambda: next(asked))
    path = tmp_path / "config.json"
    old = json.loads(path.read_text())
    path.write_text(json.dumps({key: value for key, value in old.items() if key not in ("schedule", "extended")}))
    (tmp_path / HISTORY).unlink()
    assert train_run(config_of(), tmp_path, data_dir, devices=1)[0].finished
    assert history(tmp_path)[0]["changed"] == {}


@pytest.mark.slow
def test_two_processes_extend_a_run_to_the_bits_of_one_that_never_stopped(data_dir, tmp_path):
    def train(name, steps, *more):
        words = victims.train("rnn", steps, "--config.model.cells=8", *more, processes=2)(data_dir, tmp_path / name)
        ends = [child.end() for child in [Child(each) for each in words]]
        assert [end.code for end in ends] == [0, 0], ends
        return ends[0].out

    first, last = victims.EVERY, 2 * victims.EVERY
    train("run", first)
    assert f"extended from {first} to {last} steps, from step {first} on: the rate rises from 0" in train("run", last)
    train("unbroken", last, f"--config.extended=(({first}, '{first}'),)")
    assert run_end(tmp_path / "run") == run_end(tmp_path / "unbroken")
    assert [(line["processes"], line["step"]) for line in history(tmp_path / "run")] == [(2, 0), (2, first)]
