"""What a run, or the preparing of a corpus, must come to in the end, whatever happened on its way."""

import json
from pathlib import Path

from untimed import untimed


def run_end(folder: Path) -> tuple[list, list]:
    """The notes of the newest and of the best checkpoint, with the checksums of all leaves; and the metrics."""
    notes = []
    for name in ("checkpoints", "best"):
        newest = max((path for path in (folder / name).iterdir() if path.name.isdigit()), key=lambda p: int(p.name))
        notes.append((newest.name, json.loads((newest / "meta" / "metadata").read_text())))
    return notes, list(map(untimed, map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())))


def prepared_end(folder: Path) -> dict[str, bytes]:
    """The files of a prepared corpus."""
    return {path.name: path.read_bytes() for path in folder.rglob("*.array_record*")}
