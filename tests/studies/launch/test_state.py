"""Locks that end with their process, and states read from files."""

import subprocess
import sys

import pytest

from swn_jax.data.lock import held, is_held
from swn_jax.studies.launch.state import TrialState, state_of

HOLD = (
    "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); {}"
)


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock, killed at the end of the test."""
    command = [sys.executable, "-c", HOLD.format("time.sleep(60)"), str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_lock_of_a_killed_process_is_free(holder, tmp_path):
    path = tmp_path / "lock"
    assert is_held(path)
    with held(path) as lock:
        assert lock is None
    holder.kill()
    holder.wait()
    assert not is_held(path)
    with held(path) as lock:
        assert lock is not None
        assert is_held(path)
    assert not is_held(path)


def test_a_child_that_has_the_descriptor_keeps_the_lock(tmp_path):
    path = tmp_path / "lock"
    with held(path) as lock:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=(lock,))
    assert is_held(path)
    child.kill()
    child.wait()
    assert not is_held(path)


def test_whoever_asks_does_not_disturb(tmp_path):
    path = tmp_path / "lock"
    ask = HOLD.replace("LOCK_EX", "LOCK_SH").format("time.sleep(0.3)")  # as `is_held`, but longer
    with subprocess.Popen([sys.executable, "-c", ask, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        with held(path) as lock:
            assert lock is not None


def test_states(tmp_path):
    assert state_of(tmp_path / "none") == TrialState("waiting")
    (tmp_path / "error.txt").write_bytes(b"Traceback\n\xff\nValueError: no\n\n")
    assert state_of(tmp_path) == TrialState("failed", "ValueError: no")
    with held(tmp_path / "lock"):
        assert state_of(tmp_path) == TrialState("running")
    (tmp_path / "eval_test.json").write_text('{"elbo": 1')  # the writer was killed
    assert state_of(tmp_path).kind == "failed"
    (tmp_path / "eval_valid.json").write_text('{"elbo": 1, "reported": false}')  # a look at another split
    assert state_of(tmp_path).kind == "failed"
    (tmp_path / "eval_test.json").write_text('{"elbo": 1, "reported": true}')
    assert state_of(tmp_path) == TrialState("done")
