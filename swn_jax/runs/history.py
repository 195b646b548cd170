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
from swn_jax.version import __version__

HISTORY = "history.jsonl"


def note_start(workdir: Path, step: int, changed: dict[str, tuple[Any, Any]]) -> None:
    """Add a line: time, version and commit, host, devices, the step it goes on from, and old and new values of keys."""
    path = workdir / HISTORY
    before = path.read_text().splitlines() if path.exists() else []
    line = {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "step": step,
        "swn_jax": __version__, "commit": commit_of(Path(__file__).parents[2]), "jax": jax.__version__,
        "host": socket.gethostname(), "processes": jax.process_count(),
        "devices": dict(Counter(device.device_kind for device in jax.devices())),
        "changed": {key: list(values) for key, values in changed.items()},
    }  # fmt: skip
    write_text(path, "".join(f"{each}\n" for each in (*before, json.dumps(line))))


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
