"""Run one trial: its commands in order, with graceful stops, and keep its error."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from swn_jax.atomic import write_text
from swn_jax.data.lock import held
from swn_jax.studies.launch.slots import HERE, Slot
from swn_jax.studies.launch.state import ERROR, LOCK, TrialState, last_line, resting

SAVED = 75  # exit status of a command that saved on request and resumes when started again
STOPPED = {SAVED, -signal.SIGTERM, -signal.SIGINT}


class Job(NamedTuple):
    """A trial and its commands; the last one writes the result, `eval_*.json`, into the folder."""

    name: str
    folder: Path
    commands: tuple[tuple[str, ...], ...]


def run_trial(job: Job, slot: Slot = HERE, *, retry: bool = False, show: bool = False,
        stop: Callable[[], int] = lambda: 0) -> TrialState:  # fmt: skip
    """Run a trial unless it is done, failed before, or is running elsewhere.

    Args:
      job: the trial.
      slot: device or cores for its processes.
      retry: run it again if it failed before.
      show: let the commands write to this terminal instead of `log.txt`.
      stop: the number of requests to stop so far; each one is passed on to the command.
    Returns:
      Its final state: "waiting" if it was stopped, "running" if another process works on it, "lost" if it failed
      because its device is gone, so that it can run on another.
    """
    job.folder.mkdir(parents=True, exist_ok=True)
    with held(job.folder / LOCK) as lock:
        if lock is None:
            return TrialState("running", "elsewhere")
        before = resting(job.folder)
        if before.kind == "done" or (before.kind == "failed" and not retry):
            return before
        (job.folder / ERROR).unlink(missing_ok=True)
        for command in job.commands:
            if stop():
                return TrialState("waiting", "stopped")
            code, error = _call(command, job.folder, slot, lock, show, stop)
            if code in STOPPED or (code and stop()):
                return TrialState("waiting", "stopped")
            if code and slot.lost():
                return TrialState("lost", f"{slot.name} is gone")
            if code:
                return _failed(job.folder, code, error)
        if (after := resting(job.folder)).kind == "done":
            return after
        return _failed(job.folder, 0, "the commands succeeded without a result")


def _call(command: tuple[str, ...], folder: Path, slot: Slot, lock: int, show: bool,
          stop: Callable[[], int]) -> tuple[int, str]:  # fmt: skip
    """Run a command; returns its exit status and its output to stderr."""
    with (folder / "log.txt").open("ab") as out, (folder / "stderr.txt").open("a+b") as err:
        start = err.seek(0, os.SEEK_END)
        # A new session: Ctrl-C on the terminal reaches only the launcher, which passes it on once.
        try:
            process = subprocess.Popen(
                command, stdin=None if show else subprocess.DEVNULL, stdout=None if show else out, stderr=err,
                env=os.environ | slot.env, pass_fds=(lock,), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            return 127, str(error)
        passed = 0
        while (code := process.poll()) is None:
            if (requests := stop()) > passed:
                # Not SIGTERM: schedulers send it to all processes, and a second signal of a kind ends a run at once.
                process.send_signal(signal.SIGINT)
                passed = requests
            time.sleep(0.05)
        err.seek(start)
        return code, err.read().decode(errors="replace")


def _failed(folder: Path, code: int, error: str) -> TrialState:
    """Write the error to a file, with the reason in its last line."""
    if code < 0:
        error += f"\nended by {signal.Signals(-code).name}"
    elif not error.strip():
        error = f"exit status {code} without a message"
    write_text(folder / ERROR, error.strip() + "\n")
    return TrialState("failed", last_line(error))
