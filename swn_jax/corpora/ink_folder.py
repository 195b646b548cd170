"""A folder of pen trajectories in any supported format."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from swn_jax.data import split_lists
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SPLITS, Recording, SplitIndex
from swn_jax.data.natural import natural
from swn_jax.data.reading import AGAIN
from swn_jax.domains.ink import inkml, jsonl, omniglot, tablet, whiteboard
from swn_jax.domains.ink.domain import INK, WIDTH
from swn_jax.domains.ink.entry import Entry
from swn_jax.errors import SwnError, unknown

HEAD = 4096  # bytes that identify the format of a .txt


class Format(NamedTuple):
    """A file format: its suffix, for .txt also a test of its beginning, and the reader of its drawings."""

    name: str
    suffix: str
    entries: Callable[[Path, str, bool], list[Entry]]  # file, its name below the folder, whether y grows downwards
    starts: Callable[[str], bool] = lambda head: True


FORMATS = (
    Format("IAM-OnDB", ".xml", whiteboard.entries),
    Format("InkML", ".inkml", inkml.entries),
    Format("JSON lines", ".jsonl", jsonl.entries),
    Format("Omniglot", ".zip", omniglot.zipped),
    Format("Omniglot", ".txt", omniglot.entries, omniglot.starts),
    Format("tablet", ".txt", tablet.entries, tablet.starts),
)
KINDS = ".xml of IAM-OnDB, .inkml, .jsonl, tablet .txt, Omniglot's .txt or .zip"


def index(manual_dir: Path, y: str, split_file: Path | None = None) -> SplitIndex:
    """The drawings of a folder in natural order, split by a list, or else by writer.

    Args:
      manual_dir: the folder.
      y: "down" or "up", the direction of y in .inkml and .jsonl; the other formats define it.
      split_file: lines of `part path`, the path below the folder of a file, a folder, ZIP:MEMBER or JSONL:ID.
    Drawers of Omniglot: 1-14 train, 15-17 validate, 18-20 test; other writers, sorted: 90/5/5 %.
    Raises SwnError for a folder without drawings or with several formats and no list, and for duplicate names.
    """
    if y not in ("down", "up"):
        raise SwnError(f"ink: {unknown('y', y, ('down', 'up'))}: change y")
    found, notes = _find(manual_dir, y == "down")
    entries = sorted((entry for group in found.values() for entry in group), key=lambda e: natural(e.recording.id))
    twice = [id for id, n in Counter(entry.recording.id for entry in entries).items() if n > 1]
    if twice:
        raise SwnError(f"{manual_dir}: found two drawings with the name {twice[0]}: rename or remove one")
    if split_file:
        return SplitIndex(_listed(split_file, entries), notes)
    if len(found) > 1:
        raise SwnError(f"{manual_dir}: found {' and '.join(sorted(found))}, wanted one format: give a --split_file")
    recordings = [entry.recording for entry in entries]
    if "Omniglot" in found:
        return SplitIndex(_parted(recordings, omniglot.part), notes)
    return SplitIndex(_writers(recordings, manual_dir), notes)


def _find(root: Path, down: bool) -> tuple[dict[str, list[Entry]], tuple[str, ...]]:
    """The drawings by format, and a note on files without drawings."""
    if not root.is_dir():
        raise SwnError(f"{root}: there is no such folder: give a folder of pen trajectories as --manual_dir")
    found: dict[str, list[Entry]] = {}
    ignored = 0
    for file in sorted(Path(at) / name for at, _, names in os.walk(root, followlinks=True) for name in names):
        name = file.relative_to(root).as_posix()
        format = None if "__MACOSX" in name.split("/") or file.name.startswith(".") else _format(file)
        entries = format.entries(file, name, down) if format else []
        ignored += not entries
        if format and entries:
            found.setdefault(format.name, []).extend(entries)
    if not found:
        raise SwnError(f"{root}: found no drawings, wanted {KINDS}: give their folder as --manual_dir")
    return found, (f"{ignored} files that hold no drawings were left out",) * (ignored > 0)


def _format(file: Path) -> Format | None:
    """The format of a file, None if it has none."""
    fitting = [format for format in FORMATS if file.suffix.lower() == format.suffix]
    if file.suffix.lower() != ".txt":
        return next(iter(fitting), None)
    try:
        with file.open("rb") as opened:
            head = opened.read(HEAD).decode("latin-1")
    except OSError as error:
        raise SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}") from error
    return next((format for format in fitting if format.starts(head)), None)


def _listed(split_file: Path, entries: list[Entry]) -> dict[str, tuple[Recording, ...]]:
    known: dict[str, list[Recording]] = {}
    for path, recording in entries:
        for i in [*(i for i, letter in enumerate(path) if letter in "/:"), len(path)]:
            known.setdefault(path[:i], []).append(recording)
    parts = split_lists.listed(split_file, known, key=lambda name: name.removeprefix("./").rstrip("/"))
    splits = {part: tuple(recording for group in named for recording in group) for part, named in parts.items()}
    counts = Counter(recording.id for recordings in splits.values() for recording in recordings)
    twice = [id for id, n in counts.items() if n > 1]
    if twice:
        raise SwnError(f"{split_file}: found {twice[0]} twice, by itself and with its folder: remove one of the lines")
    return splits


def _writers(recordings: list[Recording], where: Path) -> dict[str, tuple[Recording, ...]]:
    names = sorted({recording.speaker for recording in recordings}, key=natural)
    part = {name: part for part, chosen in split_lists.shares(names, where).items() for name in chosen}
    return _parted(recordings, lambda recording: part[recording.speaker])


def _parted(recordings: list[Recording], part: Callable[[Recording], str]) -> dict[str, tuple[Recording, ...]]:
    splits: dict[str, list[Recording]] = {split: [] for split in SPLITS}
    for recording in recordings:
        splits[part(recording)].append(recording)
    return {split: tuple(chosen) for split, chosen in splits.items()}


CORPUS = Corpus(
    name="ink",
    version="1.0.0",
    licence="that of the files",
    source="your own: a folder of pen trajectories",
    index=index,
    domain=INK,
    needs=("manual_dir",),
    takes=("split_file",),
    options={"y": "down"},
    frame_size=WIDTH,
    unit="drawing",
)
