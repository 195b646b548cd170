"""One trial: done once, stopped and resumed, its error kept."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from swn_jax.studies.launch.run_trial import run_trial
from swn_jax.studies.launch.slots import Slot
from swn_jax.studies.launch.state import TrialState, state_of

LAUNCH = """
import sys
from pathlib import Path
from swn_jax.studies.launch.run_trial import Job, run_trial
run_trial(Job("a", Path(sys.argv[1]), (tuple(sys.argv[2:]),)))
"""


def begun(job):
    return (job.folder / "begun").read_text().split()


def python(text):
    return (sys.executable, "-c", text)


def test_a_trial_is_run_once(job):
    trial = job("a", 2)
    assert run_trial(trial) == TrialState("done")
    assert run_trial(trial) == TrialState("done")
    assert begun(trial) == ["0"]
    assert run_trial(trial, retry=True) == TrialState("done")
    assert begun(trial) == ["0"]


def test_an_error_ends_in_its_last_line_and_ends_the_trial(job):
    trial = job("a", -1)
    trial = trial._replace(commands=(*trial.commands, ("touch", str(trial.folder / "second"))))
    for retry in (False, False, True):
        assert run_trial(trial, retry=retry) == TrialState("failed", "error: no such number")
    assert (trial.folder / "error.txt").read_text() == "a warning\nerror: no such number\n"
    assert not (trial.folder / "second").exists()
    assert (trial.folder / "stderr.txt").read_text().count("warning") == 2  # run twice


@pytest.mark.parametrize(("command", "words"), [
    (python("import os, sys; print('a warning', file=sys.stderr, flush=True); os.kill(os.getpid(), 9)"),
     "ended by SIGKILL"),
    (python("import sys; sys.exit(3)"), "exit status 3 without a message"),
    (python("1 / 0"), "ZeroDivisionError: division by zero"),
    (python(""), "the commands succeeded without a result"),
    (("./no/such/program",), "No such file or directory: './no/such/program'"),
])  # fmt: skip
def test_reasons(command, words, job):
    state = run_trial(job("a", 0, command))
    assert state.kind == "failed"
    assert words in state.text
    assert state_of(job("a").folder) == state


def test_a_failed_trial_that_is_retried_leaves_no_error(job):
    run_trial(job("a", -1))
    assert run_trial(job("a", 1)) == TrialState("failed", "error: no such number")
    assert run_trial(job("a", 1), retry=True) == TrialState("done")
    assert not (job("a").folder / "error.txt").exists()


def test_a_stopped_run_goes_on(job, until):
    trial, asked, ended = job("a", 10**6), [], []
    thread = threading.Thread(target=lambda: ended.append(run_trial(trial, stop=lambda: len(asked))), daemon=True)
    thread.start()
    until((trial.folder / "begun").exists)
    assert state_of(trial.folder) == TrialState("running")
    assert run_trial(trial) == TrialState("running", "elsewhere")
    asked.append(1)
    thread.join(60)
    assert ended == [TrialState("waiting", "stopped")]
    saved = int((trial.folder / "saved").read_text())
    assert saved > 0
    assert run_trial(job("a", saved + 1)) == TrialState("done")
    assert begun(trial) == ["0", str(saved)]


def test_a_run_that_others_stop_waits(job, until):
    trial, ended = job("a", 10**6), []
    trial = trial._replace(
        commands=(("sh", "-c", f'echo $$ > {trial.folder}/pid; exec "$@"', "-", *trial.commands[0]),)
    )
    thread = threading.Thread(target=lambda: ended.append(run_trial(trial)), daemon=True)
    thread.start()
    until((trial.folder / "begun").exists)
    os.kill(int((trial.folder / "pid").read_text()), signal.SIGTERM)
    thread.join(60)
    assert ended == [TrialState("waiting", "stopped")]
    assert state_of(trial.folder) == TrialState("waiting")


def test_nothing_starts_once_asked_to_stop(job):
    assert run_trial(job("a", 1), stop=lambda: 1) == TrialState("waiting", "stopped")
    assert not (job("a").folder / "begun").exists()


def test_a_run_whose_launcher_was_killed_is_not_run_twice(job, until):
    trial = job("a", 40)
    launcher = subprocess.Popen([*python(LAUNCH), str(trial.folder), *trial.commands[0]])
    until((trial.folder / "begun").exists)
    launcher.kill()
    launcher.wait()
    assert run_trial(trial) == TrialState("running", "elsewhere")
    until((trial.folder / "eval_test.json").exists)
    until(lambda: run_trial(trial) == TrialState("done"))
    assert begun(trial) == ["0"]


def test_a_lost_device_is_no_failure_of_the_trial(job):
    gone = Slot("device 1", lost=lambda: True)
    assert run_trial(job("a", -1), gone) == TrialState("lost", "device 1 is gone")
    assert state_of(job("a").folder) == TrialState("waiting")
    assert run_trial(job("b", 1), gone) == TrialState("done")
