"""How far a trial is, read from the files in its folder."""

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

from swn_jax.studies.launch.lock import is_held

ERROR = "error.txt"  # its last line says why
LOCK = "lock"  # held while a process works on the trial


class TrialState(NamedTuple):
    """How far a trial is."""

    kind: Literal["waiting", "running", "done", "failed", "lost"]  # lost: of a run whose device is gone
    text: str = ""  # the last line of the error, or why it waits


def state_of(folder: Path) -> TrialState:
    """Done with a whole result, running while locked, failed with an error, else waiting."""
    if result(folder):
        return TrialState("done")
    if is_held(folder / LOCK):
        return TrialState("running")
    return resting(folder)


def resting(folder: Path) -> TrialState:
    """The state of a trial that no other process works on."""
    if result(folder):
        return TrialState("done")
    try:
        text = (folder / ERROR).read_text(errors="replace")
    except FileNotFoundError:
        return TrialState("waiting")
    return TrialState("failed", last_line(text))


def result(folder: Path) -> dict[str, Any] | None:
    """What was found on the split that the corpus reports, if that is there and was written to its end."""
    for path in sorted(folder.glob("eval_*.json")):
        try:
            found = json.loads(path.read_text())
        except (OSError, ValueError):
            continue
        if found.get("reported"):
            return found
    return None


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
