"""One cell: done once, stopped and resumed, its error kept."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from swn_jax.studies.launch.run import run
from swn_jax.studies.launch.slots import Place
from swn_jax.studies.launch.state import State, state_of

LAUNCH = """
import sys
from pathlib import Path
from swn_jax.studies.launch.run import Job, run
run(Job("a", Path(sys.argv[1]), (tuple(sys.argv[2:]),)))
"""


def begun(job):
    return (job.folder / "begun").read_text().split()


def python(text):
    return (sys.executable, "-c", text)


def test_a_cell_is_run_once(job):
    cell = job("a", 2)
    assert run(cell) == State("done")
    assert run(cell) == State("done")
    assert begun(cell) == ["0"]
    assert run(cell, retry=True) == State("done")
    assert begun(cell) == ["0"]


def test_an_error_ends_in_its_last_line_and_ends_the_cell(job):
    cell = job("a", -1)
    cell = cell._replace(commands=(*cell.commands, ("touch", str(cell.folder / "second"))))
    for retry in (False, False, True):
        assert run(cell, retry=retry) == State("failed", "error: no such number")
    assert (cell.folder / "error.txt").read_text() == "a warning\nerror: no such number\n"
    assert not (cell.folder / "second").exists()
    assert (cell.folder / "stderr.txt").read_text().count("warning") == 2  # run twice


@pytest.mark.parametrize(("command", "words"), [
    (python("import os, sys; print('a warning', file=sys.stderr, flush=True); os.kill(os.getpid(), 9)"),
     "ended by SIGKILL"),
    (python("import sys; sys.exit(3)"), "exit status 3, without a word"),
    (python("1 / 0"), "ZeroDivisionError: division by zero"),
    (python(""), "the commands ended well and left no result"),
    (("./no/such/program",), "No such file or directory: './no/such/program'"),
])  # fmt: skip
def test_reasons(command, words, job):
    state = run(job("a", 0, command))
    assert state.kind == "failed"
    assert words in state.text
    assert state_of(job("a").folder) == state


def test_a_failed_cell_that_is_retried_leaves_no_error(job):
    run(job("a", -1))
    assert run(job("a", 1)) == State("failed", "error: no such number")
    assert run(job("a", 1), retry=True) == State("done")
    assert not (job("a").folder / "error.txt").exists()


def test_a_stopped_run_goes_on(job, until):
    cell, asked, ended = job("a", 10**6), [], []
    thread = threading.Thread(target=lambda: ended.append(run(cell, stop=lambda: len(asked))), daemon=True)
    thread.start()
    until((cell.folder / "begun").exists)
    assert state_of(cell.folder) == State("running")
    assert run(cell) == State("running", "elsewhere")
    asked.append(1)
    thread.join(60)
    assert ended == [State("waiting", "stopped")]
    saved = int((cell.folder / "saved").read_text())
    assert saved > 0
    assert run(job("a", saved + 1)) == State("done")
    assert begun(cell) == ["0", str(saved)]


def test_a_run_that_others_stop_waits(job, until):
    cell, ended = job("a", 10**6), []
    cell = cell._replace(commands=(("sh", "-c", f'echo $$ > {cell.folder}/pid; exec "$@"', "-", *cell.commands[0]),))
    thread = threading.Thread(target=lambda: ended.append(run(cell)), daemon=True)
    thread.start()
    until((cell.folder / "begun").exists)
    os.kill(int((cell.folder / "pid").read_text()), signal.SIGTERM)
    thread.join(60)
    assert ended == [State("waiting", "stopped")]
    assert state_of(cell.folder) == State("waiting")


def test_nothing_starts_once_asked_to_stop(job):
    assert run(job("a", 1), stop=lambda: 1) == State("waiting", "stopped")
    assert not (job("a").folder / "begun").exists()


def test_a_run_whose_launcher_was_killed_is_not_run_twice(job, until):
    cell = job("a", 40)
    launcher = subprocess.Popen([*python(LAUNCH), str(cell.folder), *cell.commands[0]])
    until((cell.folder / "begun").exists)
    launcher.kill()
    launcher.wait()
    assert run(cell) == State("running", "elsewhere")
    until((cell.folder / "eval_test.json").exists)
    until(lambda: run(cell) == State("done"))
    assert begun(cell) == ["0"]


def test_a_lost_device_is_no_failure_of_the_cell(job):
    gone = Place("device 1", lost=lambda: True)
    assert run(job("a", -1), gone) == State("lost", "device 1 is gone")
    assert state_of(job("a").folder) == State("waiting")
    assert run(job("b", 1), gone) == State("done")
