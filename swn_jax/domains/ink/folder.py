"""The drawings below a folder, in any format that is read, and what to say of other files."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from swn_jax.data.index import broken
from swn_jax.data.left_out import counted
from swn_jax.data.reading import AGAIN, UTF_16
from swn_jax.domains.ink import inkml, jsonl, omniglot, tablet, whiteboard
from swn_jax.domains.ink.entry import Entry
from swn_jax.errors import SwnError

HEAD = 4096  # bytes that identify a format
UNREADABLE = ""  # in place of a format's name


class Format(NamedTuple):
    """A file format: its suffixes, the reader of its drawings, and a test of the beginning of a file."""

    name: str
    suffixes: tuple[str, ...]
    entries: Callable[[Path, str, bool], list[Entry]]  # file, its name below the folder, whether y grows downwards
    starts: Callable[[str], bool] = lambda head: True


FORMATS = (  # the first that fits is taken
    Format("InkML", (".inkml",), inkml.entries),
    Format("InkML", (".xml",), inkml.entries, inkml.starts),
    Format("IAM-OnDB", (".xml",), whiteboard.entries),
    Format("JSON", (".jsonl", ".ndjson"), jsonl.entries),
    Format("JSON", (".json",), jsonl.entries, jsonl.starts),
    Format("Omniglot", (".zip",), omniglot.zipped),
    Format("Omniglot", (".txt",), omniglot.entries, omniglot.starts),
    Format("tablet", (".txt",), tablet.entries, tablet.starts),
)
KINDS = ".xml of IAM-OnDB, .inkml, .jsonl, .ndjson of Quick, Draw!, tablet .txt, Omniglot's .txt or .zip"

LINES = 'one line {"strokes": [[[x, y], ...], ...]} of a .jsonl per drawing'
UNIPEN = f"UNIPEN is not read: write the x and y between .PEN_DOWN and .PEN_UP as a stroke, {LINES}"
OTHERS = {  # how to convert what is not read
    ".npz": "the .npz of sketch-rnn is not read, as its objects may run code: load it with numpy.load(FILE, "
    f"allow_pickle=True, encoding='latin1'), add its offsets up with numpy.cumsum, and write {LINES}",
    ".svg": f"SVG is not read: turn its paths into points, as svgpathtools does, and write {LINES}",
    ".zip": "only the .zip of Omniglot is read: unpack others",
    ".unp": UNIPEN,
}


def find(root: Path, down: bool) -> tuple[dict[str, list[Entry]], tuple[str, ...]]:
    """The drawings by format, and notes on files without drawings.

    Raises SwnError for a folder that is missing or has no drawings.
    """
    if not root.is_dir():
        raise SwnError(f"{root}: there is no such folder: give a folder of pen trajectories as --manual_dir")
    found: dict[str, list[Entry]] = {}
    others: list[Path] = []
    for file in sorted(Path(at) / name for at, _, names in os.walk(root, followlinks=True) for name in names):
        name = file.relative_to(root).as_posix()
        hidden = "__MACOSX" in name.split("/") or file.name.startswith(".")
        kind, entries = ("", []) if hidden else _entries(file, name, down)
        if entries:
            found.setdefault(kind, []).extend(entries)
        else:
            others.append(file)
    notes = _notes(others)
    if not found:
        remedy = "; ".join(notes[1:]) or "give their folder as --manual_dir"
        raise SwnError(f"{root}: found no drawings, wanted {KINDS}: {remedy}")
    return found, notes


def _entries(file: Path, name: str, down: bool) -> tuple[str, list[Entry]]:
    """The format of a file and its drawings; none if it has no format."""
    fitting = [format for format in FORMATS if file.suffix.lower() in format.suffixes]
    if not fitting:
        return UNREADABLE, []
    try:
        head = _head(file)
    except OSError as error:
        fault = SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}")
        return UNREADABLE, [Entry(name, broken(name, file, fault))]
    format = next((format for format in fitting if format.starts(head)), None)
    return (format.name, format.entries(file, name, down)) if format else (UNREADABLE, [])


def _head(file: Path) -> str:
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    return head.decode("utf-16" if head.startswith(UTF_16) else "utf-8-sig", "replace")


def _notes(others: list[Path]) -> tuple[str, ...]:
    """How many files hold no drawings, and how to convert those of known kinds."""
    if not others:
        return ()
    convert = dict.fromkeys(OTHERS[kind] for file in others if (kind := _kind(file)) in OTHERS)
    return (f"{len(others)} files that hold no drawings were left out: {counted(others)}", *convert)


def _kind(file: Path) -> str:
    """The suffix of a file that is left out; that of UNIPEN for all that begin as such files do."""
    try:
        head = _head(file)
    except OSError:
        return ""
    return ".unp" if ".PEN_DOWN" in head or head.startswith(".VERSION") else file.suffix.lower()
