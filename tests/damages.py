"""Files of a run that are damaged: named, passed over or refused in one sentence, and never read as other numbers."""

import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ends import prepared_end, run_end
from small_run import config_of

from swn_jax import corpora
from swn_jax.errors import SwnError, of_system
from swn_jax.runs import train_run
from swn_jax.studies.launch.study import FILE, Study, begin, recall
from swn_jax.studies.launch.trials import Trial

FEW = {"train": 6, "valid": 2, "test": 2}


def flip(path: Path, draw: random.Random) -> None:
    content = bytearray(path.read_bytes())
    place = draw.randrange(8 * len(content))
    content[place // 8] ^= 1 << place % 8
    path.write_bytes(content)


HARMS: dict[str, Callable[[Path, random.Random], object]] = {
    "truncated": lambda path, draw: path.write_bytes(path.read_bytes()[: draw.randrange(path.stat().st_size)]),
    "one bit flipped": flip,
    "emptied": lambda path, draw: path.write_bytes(b""),
    "deleted": lambda path, draw: path.unlink(),
    "garbage": lambda path, draw: path.write_bytes(draw.randbytes(path.stat().st_size)),
}


class Place(NamedTuple):
    """Files that are damaged, and what reads them then."""

    files: Callable[[Path], list[Path]]
    read: Callable[[Path, list[str]], object]  # what is read, which must be right; adds the sentences that were said


def resume(folder: Path, said: list[str]) -> object:
    """The end of a run that goes on, and its metrics as far as they are kept."""
    train_run(CONFIG, folder / "run", folder / "data", devices=1, tell=said.append, warn=said.append)
    sums, metrics = run_end(folder / "run")
    return sums, {json.dumps(record) for record in metrics}


def prepare(folder: Path, said: list[str]) -> object:
    manifest = corpora.prepare("synthetic_speech", folder / "data", **FEW)
    return prepared_end(folder / "data"), manifest


def study(folder: Path, said: list[str]) -> object:
    found = recall(folder / "study")
    begin(STUDY, folder / "study")
    return found


CONFIG = config_of("rnn", steps="6 steps", **{"model.cells": 8})  # the quickest to trace
STUDY = Study("seeds.py", "a.py:x", {"rate": 1e-4}, tuple(Trial(f"seed={n}", {"seed": n}) for n in range(5)))
PLACES = {
    "checkpoint": Place(
        lambda folder: [path for path in (folder / "run" / "checkpoints" / "6").rglob("*") if path.is_file()], resume
    ),
    "metrics": Place(lambda folder: [folder / "run" / "metrics.jsonl"], resume),
    "history": Place(lambda folder: [folder / "run" / "history.jsonl"], resume),
    "manifest": Place(lambda folder: [*(folder / "data").rglob("manifest.json")], prepare),
    "study": Place(lambda folder: [folder / "study" / FILE], study),
}


def outcome(place: Place, folder: Path, right: object) -> str:
    """What became of a damage: "whole", "told", "refused", or how it went wrong."""
    said: list[str] = []
    try:
        found = place.read(folder, said)
    except (SwnError, OSError) as error:
        text = str(error if isinstance(error, SwnError) else of_system(error))
        return "refused" if "\n" not in text else f"wrong: refused in more than a sentence: {text}"
    except Exception as error:
        return f"wrong: {type(error).__name__}: {error}"
    if place.read is resume and found[1] <= right[1]:
        found = found[0], right[1]  # lines of metrics may be lost, but none may be another
    return ("told" if said else "whole") if found == right else "wrong: other numbers"


def damages(folder: Path, minutes: float, each: int, seed: int) -> tuple[dict[str, Counter], list[str]]:
    """Damage every kind of file in every way, in turn, until each was damaged so often or the time is over.

    Returns what became of them, and what went wrong in words.
    """
    draw, whole = random.Random(seed), folder / "whole"
    corpora.prepare("synthetic_speech", whole / "data", **FEW)
    train_run(CONFIG, whole / "run", whole / "data", devices=1)
    begin(STUDY, whole / "study")
    right = {name: place.read(whole, []) for name, place in PLACES.items()}
    counts: dict[str, Counter] = {name: Counter() for name in PLACES}
    faults = []
    over = time.monotonic() + 60 * minutes
    for number in range(each):
        for name, place in PLACES.items():
            if time.monotonic() > over:
                return counts, faults
            harmed = folder / "harmed"
            shutil.copytree(whole, harmed)
            harm = list(HARMS)[number % len(HARMS)]
            path = draw.choice(place.files(harmed))
            HARMS[harm](path, draw)
            found = outcome(place, harmed, right[name])
            counts[name][found.split(":")[0]] += 1
            if found.startswith("wrong"):
                faults.append(f"{name}, {path.relative_to(harmed)} {harm}: {found}")
            shutil.rmtree(harmed)
    return counts, faults


def table(counts: dict[str, Counter]) -> str:
    rows = ["| damaged | times | named, and gone on | passed over | refused in a sentence | wrong |",
            "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for name, count in counts.items():
        columns = (count.total(), *(count[kind] for kind in ("told", "whole", "refused", "wrong")))
        rows.append(f"| {name} | {' | '.join(map(str, columns))} |")
    return "\n".join(rows)
