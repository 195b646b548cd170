"""An array job on a real SLURM: all trials run, a failure is named, and runs that are asked, preempted or lost with
their node are requeued and go on."""

import contextlib
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.launch.slurm import submit
from swn_jax.studies.launch.state import TrialState, state_of

SCRIPT = Path(__file__).with_name("slurm_node.sh")
PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch")
OPTIONS = {"time": "10", "partition": "low"}


@contextlib.contextmanager
def slurm(folder, nodes):
    """A SLURM of nodes with 4 processors each; jobs of its partition `high` preempt those of `low`."""
    absent = [name for name in PROGRAMS if not shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")]
    if absent:
        pytest.skip(f"SLURM is not installed: no {', '.join(absent)} (Debian: slurm-wlm, munge)")
    try:
        started = subprocess.run(["bash", SCRIPT, "start", folder, nodes], capture_output=True, text=True, check=False)
        assert started.returncode == 0, started.stderr
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(*started.stdout.strip().split("=", 1))
            yield
            subprocess.run(["scancel", "--partition=low,high"], check=False)
    finally:
        subprocess.run(["bash", SCRIPT, "stop", folder], check=True)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with slurm(tmp_path_factory.mktemp("slurm"), "1"):
        yield


def call(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def start_again(numbers, until):
    """Starts requeued jobs, which SLURM lets wait two minutes; a node refuses one in the second in which it ended."""
    for number in numbers:
        until(lambda number=number: "JobState=PENDING" in call("scontrol", "show", "job", number))
    time.sleep(3)
    for number in numbers:
        call("scontrol", "update", f"jobid={number}", "StartTime=now")


def begun(trial):
    path = trial.folder / "begun"
    return list(map(int, path.read_text().split())) if path.exists() else []


@pytest.mark.slow
def test_an_array_job(node, job, until, tmp_path):
    trials = [job("quick", 1), job("wrong", -1), job("asked", 400), job("preempted", 400)]
    quick, wrong, asked, preempted = trials
    numbers = submit(trials, tmp_path / "slurm", OPTIONS)
    assert len({number.split("_")[0] for number in numbers}) == 1
    until(lambda: begun(asked) and begun(preempted))
    # before the job that would preempt them too
    until(lambda: {state_of(quick.folder).kind, state_of(wrong.folder).kind} == {"done", "failed"})
    until(lambda: "JobState=FAILED" in call("scontrol", "show", "job", numbers[1]))
    call("scancel", "--signal=USR2", numbers[2])  # as before the end of the time
    until(lambda: (asked.folder / "saved").exists())
    call("sbatch", "--partition=high", "--ntasks=4", f"--output={tmp_path}/high", "--wrap=true")
    until(lambda: (preempted.folder / "saved").exists())
    start_again(numbers[2:], until)
    until(lambda: {state_of(trial.folder).kind for trial in (asked, preempted)} == {"done"})
    assert state_of(quick.folder) == TrialState("done")
    assert state_of(wrong.folder) == TrialState("failed", "error: no such number")
    assert [begun(trial) for trial in (quick, wrong)] == [[0], []]
    for trial in (asked, preempted):
        assert begun(trial) == [0, int((trial.folder / "saved").read_text())]
        assert 0 < begun(trial)[1] < 400


@pytest.mark.slow
def test_a_cancelled_job_saves_and_does_not_come_back(node, job, until, tmp_path):
    trial = job("a", 10**6)
    (number,) = submit([trial], tmp_path / "slurm", OPTIONS)
    until(lambda: begun(trial))
    call("scancel", number)
    until(lambda: "JobState=CANCELLED" in call("scontrol", "show", "job", number))
    until(lambda: not call("squeue", "--noheader"))
    assert state_of(trial.folder) == TrialState("waiting")
    saved = int((trial.folder / "saved").read_text())
    assert saved > 0
    submit([job("a", saved + 1)], tmp_path / "slurm", OPTIONS)
    until(lambda: state_of(trial.folder) == TrialState("done"))
    assert begun(trial) == [0, saved]


@pytest.mark.slow
def test_when_a_node_dies_its_trials_go_on_at_the_other_and_none_runs_twice(job, until, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nodes")
    trials = [job(f"seed={number}", 200) for number in range(8)]
    with slurm(folder, "2"):
        numbers = submit(trials, folder / "slurm", OPTIONS)
        until(lambda: all(map(begun, trials)))
        places = dict(zip(numbers, map(node_of, numbers), strict=True))
        assert sorted(places.values()) == 4 * ["n1"] + 4 * ["n2"]
        subprocess.run(["bash", SCRIPT, "kill", folder, "n2"], check=True)
        lost = [number for number, place in places.items() if place == "n2"]
        until(lambda: state_of(trials[numbers.index(lost[0])].folder).kind == "waiting")  # its lock ended with it
        start_again(lost, until)
        until(lambda: {state_of(trial.folder).kind for trial in trials} == {"done"})
    for number, trial in zip(numbers, trials, strict=True):
        assert begun(trial) == [0] * (2 if number in lost else 1)
        assert trial.folder.joinpath("nodes").read_text().split() == [places[number], "n1"][: len(begun(trial))]


def node_of(number):
    return call("squeue", "--noheader", "--format=%N", f"--jobs={number}")


@pytest.mark.slow
@pytest.mark.parametrize(("options", "words"), [
    ({}, "pass --slurm=time="),
    ({"time": "1", "partition": "none"}, "refused the sweep: .*invalid partition"),
    ({"time": "1", "partitoin": "low"}, "refused the sweep: .*partitoin"),
])  # fmt: skip
def test_what_slurm_refuses(node, options, words, job, tmp_path):
    with pytest.raises(SwnError, match=words):
        submit([job("a", 1), job("b", 1)], tmp_path / "slurm", options)


def test_without_slurm(job, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SwnError, match=r"refused the sweep: .*srun"):
        submit([job("a", 1)], tmp_path / "slurm", OPTIONS)
