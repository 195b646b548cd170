"""Jobs without a model."""

import sys
import time
from pathlib import Path

import pytest

from swn_jax.studies.launch.run_trial import Job


@pytest.fixture
def job(tmp_path):
    """Makes the job of a trial that counts to a number, or runs other commands."""

    def make(name, last=0, *commands):
        folder = tmp_path / name
        return Job(
            name,
            folder,
            commands or ((sys.executable, str(Path(__file__).with_name("worker.py")), str(folder), str(last)),),
        )

    return make


@pytest.fixture
def until():
    """Waits for what must come."""

    def wait(condition, seconds=180.0):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not come"
            time.sleep(0.02)

    return wait
