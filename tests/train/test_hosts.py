"""Several processes are one: the same run, the same checkpoints; and when one ends, none is left hanging."""

import json
import time
from pathlib import Path
from typing import NamedTuple

import host_process
import jax
import numpy as np
import pytest
from command_line import Child, free_address
from untimed import untimed

from swn_jax.errors import SwnError
from swn_jax.train import distributed, hosts
from swn_jax.train.checkpoint import steps_in

HERE = Path(__file__).parent
PROMISED = 30 + hosts.SILENCE  # seconds until no process is left; compiling beside others takes some of them


class Exit(NamedTuple):
    code: int
    out: str
    err: str
    at: float  # seconds on the clock


def launch(*calls):
    """The ends of processes that run side by side, in their order; the clock is read as each ends."""
    started = [Child(call) for call in calls]
    ends, deadline = {}, time.monotonic() + 400
    try:
        while len(ends) < len(started) and time.monotonic() < deadline:
            ends |= {child: time.monotonic() for child in started if child not in ends and child.ended()}
            time.sleep(0.05)
        assert len(ends) == len(started), "a process hangs"
        return [Exit(*child.end(), ends[child]) for child in started]
    finally:
        for child in started:
            child.end(0)


def calls(workdir, processes=2, devices=2, deed=("none", 0), of=1):
    """The commands of a run in several processes; process `of` does the deed. Only process 0 is told the workdir."""
    address = free_address()
    return [
        [HERE / "host_process.py", address, processes, number,
         workdir if number == 0 else workdir / f"of {number}", devices, *(deed if number == of else ())]
        for number in range(processes)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The unbroken run of one process on one device: the end that all must come to."""
    workdir = tmp_path_factory.mktemp("alone")
    return run(workdir).state, records(workdir)


def run(workdir, **options):
    return host_process.run(workdir, jax.devices()[:1], host_process.first(), **options)


def records(workdir):
    lines = map(json.loads, (workdir / "metrics.jsonl").read_text().splitlines())
    return list(map(untimed, lines))


def assert_is_that_run(workdir, alone):
    """The folder holds a whole run that agrees with the one of a single process, its end and each line on the way."""
    state = run(workdir).state  # finished: this only restores
    assert int(state.step) == len(alone[1]) - 3  # beside the evaluations
    for a, b in zip(jax.tree.leaves(alone[0].params), jax.tree.leaves(state.params), strict=True):
        assert np.linalg.norm(a - b) <= 1e-5 * np.linalg.norm(a)
    for one, other in zip(alone[1], records(workdir), strict=True):
        assert one.keys() == other.keys()
        for name in one:
            np.testing.assert_allclose(other[name], one[name], rtol=1e-3, atol=1e-5, err_msg=name)


def test_two_processes_are_one_and_only_the_first_writes(alone, tmp_path):
    ends = launch(*calls(tmp_path))
    assert [end.code for end in ends] == [0, 0], ends
    assert_is_that_run(tmp_path, alone)
    assert not (tmp_path / "of 1").exists()


@pytest.mark.slow
def test_sigterm_to_one_stops_all_at_one_step_and_one_two_or_four_go_on(alone, tmp_path):
    run(tmp_path, stop=iter([False, True]).__next__)  # two steps in one process, then two, then four, then one
    two = launch(*calls(tmp_path, deed=("is asked", 5)))
    assert [end.code for end in two] == [75, 75], two
    steps = [end.out.split()[-1] for end in two]
    assert steps[0] == steps[1]
    assert 5 <= int(steps[0]) < 9
    four = launch(*calls(tmp_path, processes=4, devices=1, deed=("is asked", int(steps[0])), of=3))
    assert [end.code for end in four] == [75] * 4, four
    assert_is_that_run(tmp_path, alone)


@pytest.mark.slow
def test_one_that_computes_wrong_stops_all_before_anything_is_saved(alone, tmp_path):
    ends = launch(*calls(tmp_path, deed=("flips a bit", 7)))  # of its second device, in the replay of step 6
    assert [end.code for end in ends] == [2, 2], ends
    kept = tmp_path / "of 1" / "replay_6"
    assert f"on {jax.devices()[0].platform}:" in ends[1].err
    assert f"both outcomes are kept in {kept}" in ends[1].err
    assert sorted(path.name for path in kept.iterdir()) == ["first.npz", "second.npz"]
    assert "error: step 6: process 1 has found other bits" in ends[0].err
    assert steps_in(tmp_path / "checkpoints") == [4]
    assert_is_that_run(tmp_path, alone)


@pytest.mark.slow
def test_when_one_fails_the_other_ends_in_time_and_one_or_both_go_on(alone, tmp_path):
    cases = [("dies", 1, 2), ("dies", 0, 1), ("stumbles", 1, 1)]
    folders = [tmp_path / str(number) for number in range(len(cases))]
    ends = launch(*(
        call for (deed, of, devices), folder in zip(cases, folders, strict=True)
        for call in calls(folder, devices=devices, deed=(deed, 6), of=of)
    ))  # fmt: skip
    for number, (deed, of, _) in enumerate(cases):
        failed, left = ends[2 * number + of], ends[2 * number + 1 - of]
        assert failed.code == {"dies": -9, "stumbles": 1}[deed], failed
        assert left.at - failed.at < PROMISED
        # jax ends it by a signal where it notices first: without process 0, or while two devices wait for each other
        assert left.code in (2, -6), left
        assert (hosts.LOST if left.code == 2 else "the JAX distributed service detected fatal errors") in left.err
    assert "RuntimeError: a fault of this process alone" in ends[5].err
    assert ends[4].code == 2, ends[4]
    assert_is_that_run(folders[0], alone)
    assert [end.code for end in launch(*calls(folders[2]))] == [0, 0]
    assert_is_that_run(folders[2], alone)


def test_who_waits_in_vain_says_so():
    own = [free_address(), free_address()]
    ends = launch(*([HERE / "host_meets.py", own[number], 2, number, 4, 1, ""] for number in (0, 1)))
    for end in ends:
        assert end.code == 2
        assert "error: waited 4 s for the 2 processes at localhost:" in end.err
        assert "not all have come: start all of them" in end.err


@pytest.mark.parametrize(("processes", "devices", "text", "wanted"), [
    ((2, 2), (1, 1), "ab", "the config of process 1 is not that of process 0"),
    ((2, 2), (1, 2), "aa", "the processes have [1, 2] devices"),
    ((2, 3), (1, 1), "aa", "process 0 counts 2"),
])  # fmt: skip
def test_who_does_not_fit_says_so(processes, devices, text, wanted):
    address = free_address()
    ends = launch(*(
        [HERE / "host_meets.py", address, processes[i], i, 20, devices[i], text[i]] for i in range(2)
    ))  # fmt: skip
    assert ends[0].code == 2, ends
    assert ends[1].code in (2, -6), ends  # where process 0 is quicker to go, jax ends this one when it has spoken
    assert wanted in ends[1].err, ends


def test_addresses():
    assert hosts.address_of(None, None, None) is None
    assert hosts.address_of("a:1", 2, 1) == ("a:1", 2, 1)
    for flags in (("a:1", None, 0), ("a", 2, 0), ("a:1", 2, 2), ("a:1", 2, -1), (None, 2, 0)):
        with pytest.raises(SwnError, match="wanted all three: HOST:PORT of process 0"):
            hosts.address_of(*flags)


@pytest.mark.parametrize(("environment", "several"), [
    ({}, False), ({"SLURM_NTASKS": "4"}, False), ({"SLURM_STEP_NUM_TASKS": "1"}, False),
    ({"SLURM_STEP_NUM_TASKS": "4"}, True),
])  # fmt: skip
def test_a_batch_script_is_one_process_and_a_step_of_tasks_is_several(environment, several):
    assert hosts.under_slurm(environment) is several


def test_one_process_agrees_with_itself():
    state = host_process.first()
    assert distributed.broadcast(state) is state
    answers = iter([False, True])
    stop = distributed.any_process(lambda: next(answers))
    assert [stop(), stop()] == [False, True]
    distributed.assert_equal("the config", "anything")
    np.testing.assert_array_equal(distributed.all_sum(np.arange(3)), np.arange(3))
