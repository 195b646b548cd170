"""Replicas: each is the single run of its seed, in the state, in the record and in what is kept."""

import functools
import json

import jax
import numpy as np
import pytest
import runs
from untimed import untimed

from swn_jax.errors import SwnError
from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.logging import Intervals
from swn_jax.train.loop import train
from swn_jax.train.parallel import compile_step
from swn_jax.train.replicas import join, join_batches, replicated, split
from swn_jax.train.step import make_train_step
from swn_jax.train.track import Member
from swn_jax.types import Batch

SEEDS = (3, 4, 5)


def batch_at(seed, step):
    """Batches of a seed; their lengths differ between the seeds of one step."""
    x, mask, before, *_ = runs.batch_at(1000 * seed + step)
    frames = runs.FRAMES - (seed + step) % 2
    return Batch(x[:, :frames], mask[:, :frames], before)


@functools.cache
def compiled(devices):
    return compile_step(lambda axis: replicated(make_train_step(*runs.parts(), axis)), jax.devices()[:devices])


def replica(seed, folder, batches=batch_at):
    return Member(
        state=runs.first(seed), batch_at=functools.partial(batches, seed),
        validate=lambda state: -abs(int(state.step) - 4.0 * (seed - 3)), workdir=folder / f"seed_{seed}",
    )  # fmt: skip


def run(folder, *, batches=batch_at, **options):
    intervals = Intervals(steps=runs.STEPS, log_every=1, eval_every=4, max_bad=3)
    replicas = [replica(seed, folder, batches) for seed in SEEDS]
    return train(compiled(1), replicas, intervals, rate=lambda step: 1e-2, **options)


def alone(seed, folder):
    """The single run of a seed."""
    made = replica(seed, folder)
    intervals = Intervals(steps=runs.STEPS, log_every=1, eval_every=4, max_bad=3)
    return train(runs.compiled(1), [made], intervals, rate=lambda step: 1e-2)[0]


def records(folder, seed):
    lines = (folder / f"seed_{seed}" / "metrics.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def near(a, b):
    for x, y in zip(jax.tree.leaves(a.params), jax.tree.leaves(b.params), strict=True):
        assert np.linalg.norm(x - y) <= 1e-5 * np.linalg.norm(y)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    return run(folder), folder


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    return {seed: alone(seed, folder) for seed in SEEDS}, folder


def test_each_replica_is_the_single_run_of_its_seed(unbroken, single):
    for seed, ended in zip(SEEDS, unbroken[0], strict=True):
        expected = single[0][seed]
        near(ended.state, expected.state)
        assert (ended.finished, ended.best) == (True, expected.best)
    first, second = (ended.state.params for ended in unbroken[0][:2])
    assert not np.allclose(jax.tree.leaves(first)[0], jax.tree.leaves(second)[0])


def test_so_it_is_on_four_devices(single):
    states = join([runs.first(seed) for seed in SEEDS])
    for number in range(runs.STEPS):
        states, metrics = compiled(4)(states, join_batches([batch_at(seed, number) for seed in SEEDS]))
    assert metrics["elbo"].shape == (3,)
    for seed, state in zip(SEEDS, split(states, 3), strict=True):
        near(state, single[0][seed].state)


def test_each_has_the_record_of_its_single_run(unbroken, single):
    for seed in SEEDS:
        for mine, expected in zip(records(unbroken[1], seed), records(single[1], seed), strict=True):
            assert mine.keys() == expected.keys()
            for name in untimed(mine):
                np.testing.assert_allclose(mine[name], expected[name], rtol=1e-3, atol=1e-5, err_msg=name)


def test_each_keeps_its_own_best_and_goes_on_alone(unbroken, single):
    kept = {seed: Checkpoints(unbroken[1] / f"seed_{seed}" / "best", keep=1).steps() for seed in SEEDS}
    assert kept == {3: [4], 4: [4], 5: [8]}
    lines = records(unbroken[1], 4)
    ended = alone(4, unbroken[1])
    assert ended.finished
    assert runs.bits(ended.state) == runs.bits(unbroken[0][1].state)  # read, not trained again
    assert records(unbroken[1], 4) == lines


def test_a_stopped_and_resumed_run_equals_the_unbroken_one_bit_for_bit(unbroken, tmp_path):
    asked = iter([False] * 9 + [True])
    stopped = run(tmp_path, stop=lambda: next(asked))
    assert [(ended.finished, int(ended.state.step)) for ended in stopped] == [(False, 10)] * 3
    resumed = run(tmp_path)
    for ended, expected in zip(resumed, unbroken[0], strict=True):
        assert runs.bits(ended.state) == runs.bits(expected.state)
        assert (ended.finished, ended.best) == (True, expected.best)
    assert [r["step"] for r in records(tmp_path, 5)] == [r["step"] for r in records(unbroken[1], 5)]


@pytest.mark.slow
def test_all_go_on_from_the_newest_common_step(unbroken, tmp_path):
    run(tmp_path)
    for path in (tmp_path / "seed_4" / "checkpoints" / "12" / "state" / "d").iterdir():
        path.unlink()
    warnings, asked = [], iter([False, True])
    stopped = run(tmp_path, warn=warnings.append, stop=lambda: next(asked))
    assert len(warnings) == 1
    assert str(tmp_path / "seed_4" / "checkpoints" / "12") in warnings[0]
    assert [int(ended.state.step) for ended in stopped] == [10] * 3
    assert [Checkpoints(tmp_path / f"seed_{seed}" / "checkpoints", keep=2).steps() for seed in SEEDS] == [[8, 10]] * 3
    for ended, expected in zip(run(tmp_path), unbroken[0], strict=True):
        assert runs.bits(ended.state) == runs.bits(expected.state)


def test_a_replica_without_a_checkpoint_of_the_others_is_no_reason_to_begin_anew(tmp_path):
    alone(3, tmp_path)
    with pytest.raises(SwnError, match=r"no whole checkpoint of one step .*seed_3.*\[8, 12\].*seed_4.*none.*: train"):
        run(tmp_path)


def poisoned(first, last):
    """Batches of which those of seed 4 hold an infinite number in the steps from `first` to `last`."""

    def batches(seed, step):
        batch = batch_at(seed, step)
        if seed == 4 and first <= step <= last:
            batch.x[0, 0, 0] = np.inf
        return batch

    return batches


def test_a_skipped_update_of_one_leaves_the_others_alone(unbroken, tmp_path):
    ended = run(tmp_path, batches=poisoned(5, 6))
    assert [int(e.state.skipped) for e in ended] == [0, 2, 0]
    for r in (0, 2):
        assert runs.bits(ended[r].state) == runs.bits(unbroken[0][r].state)
    assert np.isfinite(jax.tree.leaves(ended[1].state.params)[0]).all()


def test_too_many_in_a_row_name_the_replica(tmp_path):
    with pytest.raises(SwnError, match="seed_4: step 8: .*not finite in 3 updates in a row"):
        run(tmp_path, batches=poisoned(5, 100))


def test_the_callers_states_survive(tmp_path):
    states = [runs.first(seed) for seed in SEEDS]
    before = [runs.bits(state) for state in states]
    compiled(1)(join(states), join_batches([batch_at(seed, 0) for seed in SEEDS]))
    assert [runs.bits(state) for state in states] == before
    assert [runs.bits(state) for state in split(join(states), 3)] == before
