"""Reader of JSON: one drawing per line (.jsonl, .ndjson of Quick, Draw!), or one array of drawings, or one drawing."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from swn_jax.data.index import Recording, broken
from swn_jax.data.reading import AGAIN, SAVE, UTF_16, decode, read_bytes
from swn_jax.domains.ink import json_drawing
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import rows
from swn_jax.errors import SwnError

HEAD = 4096  # bytes that tell an array of objects from lines
ARRAY = re.compile(rb"(\xef\xbb\xbf)?\s*\[\s*\{")


def entries(file: Path, name: str, down: bool) -> list[Entry]:
    """The drawings of a file, named by id or number; a drawing without a writer is its own writer."""
    try:
        whole = _whole(file)
        if whole is not None:
            pieces = [json.dumps(piece).encode() for piece in whole]
            return [
                _entry(name, i, f"{file}, drawing {i}", partial(bytes, piece), down)
                for i, piece in enumerate(pieces, start=1)
            ]
        return [
            _entry(name, i, f"{file}, line {i}", partial(_line, file, start, size), down)
            for i, start, size in _lines(file)
        ]
    except SwnError as error:
        id = name.rpartition(".")[0]
        return [Entry(name, broken(id, file, error)._replace(speaker=id))]


def starts(head: str) -> bool:
    """Whether a .json that begins with `head` holds drawings: other programs keep their settings in such files."""
    return '"strokes"' in head or '"drawing"' in head


def _whole(file: Path) -> list[Any] | None:
    """The drawings of a file that is one array of objects, or of a .json that is one value; None for lines."""
    try:
        with file.open("rb") as opened:
            head = opened.read(HEAD)
    except OSError as error:
        raise SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}") from error
    if head.startswith(UTF_16):  # whose lines end in the middle of a character
        raise SwnError(f"{file}: cannot be read as text (found UTF-16, wanted UTF-8): {SAVE}")
    if not ARRAY.match(head) and file.suffix.lower() != ".json":
        return None
    try:
        found = json.loads(decode(read_bytes(file), file))
    except (ValueError, RecursionError):
        return None  # each line says what is wrong with it
    return found if ARRAY.match(head) else [found]


def _lines(file: Path) -> Iterator[tuple[int, int, int]]:
    """Number, byte offset and size of each line that is not blank, so that a drawing can be read on its own."""
    start = 0
    with file.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            if line.strip():
                yield number, start, len(line)
            start += len(line)


def _line(file: Path, start: int, size: int) -> bytes:
    try:
        with file.open("rb") as opened:
            opened.seek(start)
            return opened.read(size)
    except OSError as error:
        raise SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}") from error


def _entry(name: str, number: int, at: str, load: Callable[[], bytes], down: bool) -> Entry:
    stem = name.rpartition(".")[0]
    try:
        drawing = json_drawing.parse(load(), at)
    except SwnError as error:
        id = f"{stem}/{number}"
        return Entry(f"{name}:{number}", broken(id, None, error)._replace(speaker=id))
    id = f"{stem}/{drawing.get('id', number)}"
    writer = str(drawing.get("writer", id))
    read = partial(_read, load, at, down)
    drawn = Recording(id, writer, read, label=str(drawing.get("label", "")))  # no file: writers share it
    return Entry(f"{name}:{drawing.get('id', number)}", drawn)


def _read(load: Callable[[], bytes], at: str, down: bool) -> list[Float32[np.ndarray, "n 3"]]:
    return [rows(json_drawing.strokes(json_drawing.parse(load(), at), at), at, down=down)]
