"""The state of a trial, read from the files in its folder."""

from pathlib import Path
from typing import Any, Literal, NamedTuple

from swn_jax.data.lock import is_held
from swn_jax.sealed import opened

ERROR = "error.txt"  # its last line is the reason
LOCK = "lock"  # held while a process works on the trial


class TrialState(NamedTuple):
    """The state of a trial."""

    kind: Literal["waiting", "running", "done", "failed", "lost"]  # lost: its device is gone
    text: str = ""  # the last line of the error, or why it is waiting


def state_of(folder: Path) -> TrialState:
    """Done with a complete result, running while locked, failed with an error, else waiting."""
    if result(folder):
        return TrialState("done")
    if is_held(folder / LOCK):
        return TrialState("running")
    return resting(folder)


def resting(folder: Path) -> TrialState:
    """The state of a trial that no other process works on."""
    if result(folder):
        return TrialState("done")
    error = error_of(folder)
    return TrialState("failed", error) if error else TrialState("waiting")


def error_of(folder: Path) -> str:
    """The reason why a trial failed, "" if it did not."""
    try:
        text = (folder / ERROR).read_text(errors="replace")
    except FileNotFoundError:
        return ""
    return last_line(text) or "no reason given"


def result(folder: Path) -> dict[str, Any] | None:
    """The result on the split that the corpus reports; None if it is missing or incomplete."""
    for path in sorted(folder.glob("eval_*.json")):
        try:
            found = opened(path.read_text())
        except (OSError, ValueError):
            continue
        if found.get("reported"):
            return found
    return None


def last_line(text: str) -> str:
    """The last line that is not blank."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
