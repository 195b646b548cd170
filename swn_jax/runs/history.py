"""`history.jsonl` in the folder of a run: a line for every start, with where and by what it was trained."""

import datetime
import json
import socket
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import jax

from swn_jax.atomic import write_text
from swn_jax.sealed import opened, sealed
from swn_jax.train.metrics import METRICS, last_step
from swn_jax.version import __version__

HISTORY = "history.jsonl"


def note_start(workdir: Path, step: int, changed: dict[str, tuple[Any, Any]]) -> int:
    """Add a line: time, version and commit, host, devices, the step it goes on from, and old and new values of keys.

    It also tells the last step that the start before has logged, `reached`: what lies between is computed again.

    Returns:
      How many steps the starts so far have computed again, at least: those after the last logged one are not known.
    """
    path = workdir / HISTORY
    before = path.read_text(errors="replace").splitlines() if path.exists() else []
    line = {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "step": step, "reached": max(step, last_step(workdir / METRICS)),
        "swn_jax": __version__, "commit": commit_of(Path(__file__).parents[2]), "jax": jax.__version__,
        "host": socket.gethostname(), "processes": jax.process_count(),
        "devices": dict(Counter(device.device_kind for device in jax.devices())),
        "changed": {key: list(values) for key, values in changed.items()},
    }  # fmt: skip
    lines = *before, json.dumps(sealed(line))
    write_text(path, "".join(f"{each}\n" for each in lines))
    return sum(map(_repeated, lines))


def _repeated(line: str) -> int:
    """The steps that a start computes again; none for a line that is damaged, or of before this was kept."""
    try:
        start = opened(line)
        return max(0, start["reached"] - start["step"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return 0


def commit_of(clone: Path) -> str | None:
    """The commit of a clone, with `-dirty` where files differ from it; None elsewhere."""
    if not (clone / ".git").exists():
        return None
    command = ["git", "-c", "safe.directory=*", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
    except OSError:  # no git here
        return None
    return done.stdout.strip() or None
