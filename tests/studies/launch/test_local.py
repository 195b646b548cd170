"""The launcher of one machine: nothing twice, nothing lost, one run at a time on each place."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.launch.local import launch
from swn_jax.studies.launch.slots import HERE, Slot, cores
from swn_jax.studies.launch.state import TrialState, state_of

LAUNCH = """
import sys
from pathlib import Path
from swn_jax.studies.launch.local import launch
from swn_jax.studies.launch.slots import Slot
from swn_jax.studies.launch.run_trial import Job
worker, root = sys.argv[1:]
jobs = [Job(str(n), Path(root, str(n)), ((sys.executable, worker, f"{root}/{n}", "2"),)) for n in range(6)]
launch(jobs, [Slot("a"), Slot("b")])
"""


def test_one_that_fails_does_not_stop_the_others(job):
    told = {}
    launch([job("a", -1), job("b", 1), job("c", 1)], [HERE], on_end=lambda job, state: told.update({job.name: state}))
    assert told == {
        "a": TrialState("failed", "error: no such number"),
        "b": TrialState("done"),
        "c": TrialState("done"),
    }
    again = {}
    launch([job("a", 1), job("b", 1)], [HERE], retry=True, on_end=lambda job, state: again.update({job.name: state}))
    assert again == {"a": TrialState("done"), "b": TrialState("done")}
    assert (job("b").folder / "begun").read_text() == "0\n"


def test_two_launchers_share_the_trials(tmp_path):
    words = [sys.executable, "-c", LAUNCH, str(Path(__file__).with_name("worker.py")), str(tmp_path)]
    both = [subprocess.Popen(words) for _ in range(2)]
    assert [process.wait(timeout=100) for process in both] == [0, 0]
    for number in range(6):
        assert (tmp_path / str(number) / "begun").read_text() == "0\n"
        assert state_of(tmp_path / str(number)) == TrialState("done")


def test_each_run_has_its_cores(job):
    places = cores(len(os.sched_getaffinity(0)))
    jobs = [job(str(number), 6) for number in range(len(places))]
    before = os.sched_getaffinity(0)
    launch(jobs, places)
    assert sorted((each.folder / "cores").read_text() for each in jobs) == sorted(
        str(list(place.cores)) for place in places
    )
    assert os.sched_getaffinity(0) == before


def test_a_place_takes_one_run_at_a_time(job, tmp_path):
    alone = (
        "sh",
        "-c",
        f"cd {tmp_path} && mkdir used-$CUDA_VISIBLE_DEVICES && sleep 0.2 && rmdir used-$CUDA_VISIBLE_DEVICES",
    )
    jobs = [job(str(number), 0, alone, *job(str(number)).commands) for number in range(4)]
    launch(jobs, [Slot(name, {"CUDA_VISIBLE_DEVICES": name}) for name in "xy"])
    assert [state_of(each.folder) for each in jobs] == [TrialState("done")] * 4
    assert {(each.folder / "device").read_text() for each in jobs} == {"x", "y"}


def test_asked_to_stop_all_save_and_no_more_begin(job, until):
    jobs, asked, told = [job(name, 10**6) for name in "abc"], [], []
    stop = threading.Thread(
        daemon=True,
        target=launch, args=(jobs, [Slot("x"), Slot("y")]),
        kwargs=dict(stop=lambda: len(asked), on_end=lambda job, state: told.append((job.name, state.kind))),
    )  # fmt: skip
    stop.start()
    until(lambda: all((each.folder / "begun").exists() for each in jobs[:2]))
    asked.append(1)
    stop.join(60)
    assert sorted(told) == [("a", "waiting"), ("b", "waiting")]
    assert [(each.folder / "saved").exists() for each in jobs] == [True, True, False]


def test_a_device_that_disappears_leaves_its_trial_to_the_others(job):
    told = []
    gone = Slot("gone", {"CUDA_VISIBLE_DEVICES": "none"}, lost=lambda: True)
    needs = "import os, sys; sys.exit(os.environ['CUDA_VISIBLE_DEVICES'] == 'none')"

    def trial(name):
        return job(name, 0, (sys.executable, "-c", needs), *job(name).commands)

    there = Slot("there", {"CUDA_VISIBLE_DEVICES": "yes"})
    launch([trial(n) for n in "abcd"], [gone, there], on_end=lambda job, state: told.append(state.kind))
    assert sorted(told) == ["done"] * 4 + ["lost"]
    with pytest.raises(SwnError, match="gone: gone while 2 trials wait: bring the devices back"):
        launch([trial(n) for n in "ef"], [gone])
    assert [state_of(trial(n).folder).kind for n in "adef"] == ["done", "done", "waiting", "waiting"]
