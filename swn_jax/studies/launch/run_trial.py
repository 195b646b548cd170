"""One trial, run to its end: its commands in order, stopped gently, and its error kept."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from swn_jax.studies.launch.lock import held
from swn_jax.studies.launch.slots import HERE, Slot
from swn_jax.studies.launch.state import ERROR, LOCK, TrialState, last_line, resting

SAVED = 75  # exit status of a command that was asked to stop and goes on where it was when started again
STOPPED = {SAVED, -signal.SIGTERM, -signal.SIGINT}


class Job(NamedTuple):
    """A trial and how to run it: the last command writes the result, an `eval_*.json`, into the folder."""

    name: str
    folder: Path
    commands: tuple[tuple[str, ...], ...]


def run_trial(job: Job, slot: Slot = HERE, *, retry: bool = False, show: bool = False,
        stop: Callable[[], int] = lambda: 0) -> TrialState:  # fmt: skip
    """Runs a trial unless it is done, failed before, or runs elsewhere.

    Args:
      job: the trial.
      slot: where its processes run.
      retry: run it although it failed before.
      show: let the commands write to this terminal and not to `log.txt`.
      stop: how often the run has been asked to stop; each time is passed on to the command.
    Returns:
      The state it is left in: "waiting" where it was stopped, "running" where another process works on it, "lost" where
      it failed because its device is gone, which leaves it waiting for another.
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
        return _failed(job.folder, 0, "the commands ended well and left no result")


def _call(command: tuple[str, ...], folder: Path, slot: Slot, lock: int, show: bool,
          stop: Callable[[], int]) -> tuple[int, str]:  # fmt: skip
    """The exit status of a command and what it wrote to stderr."""
    with (folder / "log.txt").open("ab") as out, (folder / "stderr.txt").open("a+b") as err:
        start = err.seek(0, os.SEEK_END)
        # A session of its own: Ctrl-C on the terminal reaches the launcher alone, which passes it on once.
        try:
            process = subprocess.Popen(
                command, stdin=None if show else subprocess.DEVNULL, stdout=None if show else out, stderr=err,
                env=os.environ | slot.env, pass_fds=(lock,), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            return 127, str(error)
        passed = 0
        while (code := process.poll()) is None:
            if (asked := stop()) > passed:
                # Not SIGTERM: a scheduler sends that to all processes, and a second of one kind ends a run at once.
                process.send_signal(signal.SIGINT)
                passed = asked
            time.sleep(0.05)
        err.seek(start)
        return code, err.read().decode(errors="replace")


def _failed(folder: Path, code: int, error: str) -> TrialState:
    """Keeps the error, with its reason as the last line."""
    if code < 0:
        error += f"\nended by {signal.Signals(-code).name}"
    elif not error.strip():
        error = f"exit status {code}, without a word"
    part = folder / f"{ERROR}.part"
    part.write_text(error.strip() + "\n")
    os.replace(part, folder / ERROR)
    return TrialState("failed", last_line(error))
