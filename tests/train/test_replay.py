"""A step that gives other bits when it is computed again stops the run; one that gives the same changes nothing."""

import jax
import numpy as np
import pytest
import runs
from faulty import Faulty, flipped, in_params
from test_replicas import SEEDS, replica
from test_replicas import compiled as compiled_replicas

from swn_jax.errors import ReplayError
from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.flat import flatten
from swn_jax.train.logging import Intervals
from swn_jax.train.loop import train
from swn_jax.train.track import Member

INTERVALS = Intervals(steps=8, log_every=1, eval_every=4, max_bad=3, replay_every=3)


def in_loss(state, metrics):
    return state, metrics | {"loss": flipped(metrics["loss"], jax.devices()[0], ())}


def kept(path):
    with np.load(path) as file:
        return dict(file)


def run(workdir, step, intervals=INTERVALS):
    member = Member(runs.first(), runs.batch_at, runs.validate, workdir)
    return train(step, [member], intervals, rate=lambda step: 1e-2)[0]


@pytest.mark.parametrize("devices", [1, 4])
def test_a_run_with_replays_has_the_bits_of_one_without(tmp_path, devices):
    plain = run(tmp_path / "plain", runs.compiled(devices), INTERVALS._replace(replay_every=0))
    again = run(tmp_path / "again", runs.compiled(devices))
    assert runs.bits(again.state) == runs.bits(plain.state)
    assert not list((tmp_path / "again").glob("replay*"))


@pytest.mark.parametrize(("devices", "device"), [(1, 0), (4, 2)])
def test_one_flipped_bit_stops_the_run_and_is_named(tmp_path, devices, device):
    where = jax.devices()[device]
    step = Faulty(runs.compiled(devices), 8, in_params(where, (2, 5)))  # of the second call of step 6
    with pytest.raises(ReplayError) as found:
        run(tmp_path, step)
    told, folder = str(found.value), tmp_path / "replay_6"
    assert told.startswith("step 6: state/params/")
    assert f"on {where} has other bits when it is computed again: both outcomes are kept in {folder}, " in told
    first, second = (kept(folder / name) for name in ("first.npz", "second.npz"))
    odd = {name: np.flatnonzero(first[name].view(np.uint32) != second[name].view(np.uint32)).size for name in second
           if first[name].tobytes() != second[name].tobytes()}  # fmt: skip
    assert odd == {told.split(": ")[1].split(" on ")[0]: 1}
    assert Checkpoints(tmp_path / "checkpoints", keep=2).steps() == [4]
    assert run(tmp_path, runs.compiled(devices)).finished


def test_a_flipped_loss_is_found_and_a_fault_between_replays_is_not(tmp_path):
    with pytest.raises(ReplayError, match="step 3: metrics/loss on "):
        run(tmp_path / "loss", Faulty(runs.compiled(1), 3, in_loss))
    assert run(tmp_path / "between", Faulty(runs.compiled(1), 2, in_params(jax.devices()[0], (2, 5)))).finished


def test_of_several_replicas_the_one_that_differs_keeps_both(tmp_path):
    step = Faulty(compiled_replicas(1), 4, in_params(jax.devices()[0], (1, 2, 5)))
    with pytest.raises(ReplayError, match=f"kept in {tmp_path / 'seed_4' / 'replay_3'}, "):
        train(step, [replica(seed, tmp_path) for seed in SEEDS], INTERVALS, rate=lambda step: 1e-2)
    assert not list((tmp_path / "seed_3").glob("replay*"))


def test_a_bit_of_what_fills_up_the_matrices_counts_too(tmp_path):
    ones = flatten(jax.tree.map(np.ones_like, runs.first().params.tree()))
    last = tuple(np.argwhere(ones.matrices == 0)[0])
    with pytest.raises(ReplayError, match="step 3: state/params/matrices on "):
        run(tmp_path, Faulty(runs.compiled(1), 4, in_params(jax.devices()[0], last)))
