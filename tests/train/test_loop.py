"""The loop: a resumed run is the unbroken one, a bad one stops, the best one is kept."""

import json
import time

import numpy as np
import pytest
import runs
from untimed import untimed

from swn_jax.errors import DivergedError, SwnError
from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.metrics import METRICS, last_step
from swn_jax.train.track import Track


def records(workdir):
    """The written numbers, without those that measure time."""
    lines = map(json.loads, (workdir / "metrics.jsonl").read_text().splitlines())
    return list(map(untimed, lines))


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    workdir = tmp_path_factory.mktemp("unbroken")
    return runs.run(workdir), workdir


def test_every_step_is_recorded_and_every_evaluation(unbroken):
    _, workdir = unbroken
    written = records(workdir)
    assert [r["step"] for r in written if "loss" in r] == list(range(1, runs.STEPS + 1))
    assert [(r["step"], r["valid_elbo"]) for r in written if "valid_elbo" in r] == [(4, -4.0), (8, -3.0), (12, -2.0)]
    assert {"elbo", "kl", "kl_by_layer", "active", "grad_norm", "beta", "rate"} <= written[0].keys()


def test_training_improves_the_bound(unbroken):
    written = [r for r in records(unbroken[1]) if "loss" in r]
    assert written[-1]["log_px"] > written[0]["log_px"]


@pytest.mark.parametrize("at", [3, 4, 9])
def test_a_stopped_and_resumed_run_equals_the_unbroken_one_bit_for_bit(unbroken, tmp_path, at):
    asked = iter([False] * (at - 1) + [True])
    stopped = runs.run(tmp_path, stop=lambda: next(asked))
    assert (stopped.finished, int(stopped.state.step)) == (False, at)
    resumed = runs.run(tmp_path)
    assert resumed.finished
    assert runs.bits(resumed.state) == runs.bits(unbroken[0].state)
    assert resumed.best == unbroken[0].best
    assert records(tmp_path) == records(unbroken[1])


def test_a_killed_run_resumes_from_its_last_checkpoint(unbroken, tmp_path):
    class KilledError(Exception):
        pass

    def batches(step):
        if step == 10:
            raise KilledError
        return runs.batch_at(step)

    with pytest.raises(KilledError):
        runs.run(tmp_path, batches=batches)
    assert records(tmp_path)[-1]["step"] > 8  # more was written than the checkpoint of step 8 knows of
    resumed = runs.run(tmp_path)
    assert runs.bits(resumed.state) == runs.bits(unbroken[0].state)
    assert records(tmp_path) == records(unbroken[1])


def test_a_damaged_newest_checkpoint_is_warned_of_and_the_run_goes_on_from_the_one_before(unbroken, tmp_path):
    runs.run(tmp_path)
    for path in (tmp_path / "checkpoints" / "12" / "state" / "d").iterdir():
        path.unlink()
    warnings = []
    resumed = runs.run(tmp_path, warn=warnings.append)
    assert len(warnings) == 1
    assert str(tmp_path / "checkpoints" / "12") in warnings[0]
    assert runs.bits(resumed.state) == runs.bits(unbroken[0].state)


def test_a_stop_behind_a_damaged_checkpoint_is_saved(unbroken, tmp_path):
    """orbax writes no step before its latest one, damaged or not."""
    runs.run(tmp_path)
    for path in (tmp_path / "checkpoints" / "12" / "state" / "d").iterdir():
        path.unlink()
    asked = iter([False, True])
    stopped = runs.run(tmp_path, stop=lambda: next(asked), warn=[].append)
    assert int(stopped.state.step) == 10
    assert sorted(Checkpoints(tmp_path / "checkpoints", keep=2).steps()) == [8, 10]
    assert runs.bits(runs.run(tmp_path).state) == runs.bits(unbroken[0].state)


def test_a_finished_run_does_nothing_more(unbroken):
    before = records(unbroken[1])
    again = runs.run(unbroken[1])
    assert again.finished
    assert records(unbroken[1]) == before


def test_newest_and_best_are_both_kept(tmp_path):
    ended = runs.run(tmp_path, validate=lambda state: -abs(int(state.step) - 4.0))
    kept = {name: sorted(Checkpoints(tmp_path / name, keep=2).steps()) for name in ("checkpoints", "best")}
    assert kept == {"checkpoints": [8, 12], "best": [4]}
    assert ended.best == 0.0


def test_every_zero_steps_is_never_but_at_the_end(tmp_path):
    runs.run(tmp_path, eval_every=0, log_every=0)
    assert [r["step"] for r in records(tmp_path)] == [runs.STEPS]
    assert Checkpoints(tmp_path / "checkpoints", keep=2).steps() == [runs.STEPS]


def poisoned(first, last):
    """Batches with one infinite number in the steps from `first` to `last`."""

    def batches(step):
        batch = runs.batch_at(step)
        if first <= step <= last:
            batch.x[0, 0, 0] = np.inf
        return batch

    return batches


def test_single_bad_batches_are_skipped_and_counted(tmp_path):
    ended = runs.run(tmp_path, batches=poisoned(5, 6))
    assert ended.finished
    assert int(ended.state.skipped) == 2
    assert [r["in_a_row"] for r in records(tmp_path) if r["step"] in (5, 6, 7, 8) and "loss" in r] == [0, 1, 2, 0]


def test_too_many_in_a_row_stop_the_run_with_the_step_in_the_message(tmp_path):
    with pytest.raises(DivergedError, match="^step 8: .*not finite in 3 updates in a row"):
        runs.run(tmp_path, batches=poisoned(5, 100))
    assert Checkpoints(tmp_path / "checkpoints", keep=2).steps() == [4]  # from before


def test_the_callers_state_survives(tmp_path):
    state = runs.first()
    before = runs.bits(state)
    runs.run(tmp_path, steps=2)
    assert runs.bits(state) == before


def test_a_run_whose_bound_was_never_finite_has_diverged(tmp_path):
    for _ in range(2):  # also when it is called again
        with pytest.raises(DivergedError, match=f"{tmp_path}: no validation bound was finite.*--checkpoint=newest"):
            runs.run(tmp_path, validate=lambda state: float("nan"))
    assert sorted(Checkpoints(tmp_path / "checkpoints", keep=2).steps()) == [8, runs.STEPS]


def test_steps_go_on_while_a_checkpoint_is_written(unbroken, tmp_path, monkeypatch):
    write, ahead = Track._write, []

    def slow(self, copy, *rest):
        saved, deadline = int(copy.host.step), time.monotonic() + 60
        while last_step(tmp_path / METRICS) < min(saved + 2, runs.STEPS - 1) and time.monotonic() < deadline:
            time.sleep(0.01)
        ahead.append(last_step(tmp_path / METRICS) - saved)
        write(self, copy, *rest)

    monkeypatch.setattr(Track, "_write", slow)
    ended = runs.run(tmp_path)
    assert min(ahead[:2]) >= 2
    assert runs.bits(ended.state) == runs.bits(unbroken[0].state)


def test_what_cannot_be_written_ends_the_run(tmp_path, monkeypatch):
    def full(self, copy, meta):
        raise SwnError("no space")

    monkeypatch.setattr(Checkpoints, "save", full)
    with pytest.raises(SwnError, match="no space"):
        runs.run(tmp_path)
    assert last_step(tmp_path / METRICS) < runs.STEPS  # at the next save
