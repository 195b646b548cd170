"""A training that hangs is shown and ended; one that only takes its time, or is stopped from outside, is not."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import runs

from swn_jax.train.phases import Phases
from swn_jax.train.watchdog import HUNG, Limits, watched

QUICK = Limits(factor=10.0, floor=0.3, first=60.0, grace=0.3)

STALLED = """
import time
from pathlib import Path
import runs
from swn_jax.train.watchdog import Limits

def batches(step):
    time.sleep(3600 * (step == 6))
    return runs.batch_at(step)

runs.run(Path({workdir!r}), batches=batches, watch=Limits(floor=2.0, first=300.0, grace=1.0), warn=print)
"""


def test_a_reader_that_stalls_is_shown_and_the_training_ended(tmp_path, capfd):
    told, ended, free = [], threading.Event(), threading.Event()
    statuses = []

    def end(status):
        statuses.append(status)
        free.set()
        ended.set()

    phases = Phases()
    phases.switch("data")
    phases.switch("data")  # one was there: the next one is expected to be as quick
    with watched(phases, QUICK, told.append, end):
        assert ended.wait(30)
    assert statuses == [HUNG]
    assert told[0].startswith("data: nothing has moved for 0.")
    assert "here is where every thread stands" in told[0]
    assert told[1].endswith(f"ended with status {HUNG}, the same command goes on from the last checkpoint")
    shown = capfd.readouterr().err
    assert "test_a_reader_that_stalls_is_shown" in shown
    assert "_watch" in shown


def test_what_moves_is_left_alone(capfd):
    told, phases = [], Phases()
    with watched(phases, QUICK, told.append, told.append):
        for _ in range(20):
            phases.switch("steps", 1)
            time.sleep(0.05)
        phases.switch("evaluation")  # the first one has long
        time.sleep(0.7)
    assert told == []
    assert "watchdog" not in {thread.name for thread in threading.enumerate()}


def test_ten_times_the_usual_length_counts_where_that_is_more_than_the_floor():
    told, phases = [], Phases()
    phases.lengths["evaluation",] = [0.2]  # so two seconds
    phases.switch("evaluation")
    with watched(phases, QUICK, told.append, told.append):
        time.sleep(1.2)
        assert told == []


def test_a_message_that_cannot_be_shown_does_not_hold_up_the_end(monkeypatch):
    monkeypatch.setattr("swn_jax.train.watchdog.SAYING", 0.1)
    monkeypatch.setattr("swn_jax.train.watchdog.faulthandler.dump_traceback", lambda file: None)
    free, ended, phases = threading.Event(), threading.Event(), Phases()
    phases.switch("data")
    phases.switch("data")
    with watched(phases, QUICK, lambda text: free.wait(60), lambda status: ended.set()):
        assert ended.wait(30)
    free.set()


def test_a_watched_run_has_the_bits_of_one_that_is_not(tmp_path):
    plain, own = (runs.run(tmp_path / str(watch), watch=watch) for watch in (None, Limits()))
    assert runs.bits(own.state) == runs.bits(plain.state)


@pytest.mark.slow
def test_a_run_whose_reader_stalls_ends_with_a_status_of_its_own_and_goes_on(tmp_path):
    env = os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parent)]), "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-c", STALLED.format(workdir=str(tmp_path))]
    process = subprocess.Popen(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while process.poll() is None and not (tmp_path / "checkpoints" / "4").exists():
        time.sleep(0.1)
    process.send_signal(signal.SIGSTOP)  # a process that is stopped does not hang
    time.sleep(5)
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == HUNG, (out, err)
    assert out.startswith("data: nothing has moved for 2")
    assert '", line 8 in batches' in err  # the reader's thread, where it stalls
    resumed = runs.run(tmp_path)
    assert runs.bits(resumed.state) == runs.bits(runs.run(tmp_path / "unbroken").state)
