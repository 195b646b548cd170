"""Reader of JSON lines: one drawing per line, strokes [[x, y], ...] or {"strokes": ..., "id": ..., "writer": ...}."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.data.index import Recording, broken
from swn_jax.data.reading import AGAIN
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import bad, rows
from swn_jax.errors import SwnError


def entries(file: Path, name: str, down: bool) -> list[Entry]:
    """The drawings of a file, named by id or line number; a drawing without a writer is its own writer."""
    try:
        return [_entry(file, name, number, start, line, down) for number, start, line in _lines(file) if line.strip()]
    except SwnError as error:
        id = name.rpartition(".")[0]
        return [Entry(name, broken(id, file, error)._replace(speaker=id))]


def _lines(file: Path) -> Iterator[tuple[int, int, bytes]]:
    """Number, byte offset and bytes of each line, so that a drawing can be read on its own."""
    start = 0
    try:
        with file.open("rb") as opened:
            for number, line in enumerate(opened, start=1):
                yield number, start, line
                start += len(line)
    except OSError as error:
        raise SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}") from error


def _entry(file: Path, name: str, number: int, start: int, line: bytes, down: bool) -> Entry:
    at, stem = f"{file}, line {number}", name.rpartition(".")[0]
    try:
        drawing = _parse(line, at)
    except SwnError as error:
        id = f"{stem}/{number}"
        return Entry(f"{name}:{number}", broken(id, file, error)._replace(speaker=id, file=None))
    id = f"{stem}/{drawing.get('id', number)}"
    writer = str(drawing.get("writer", id))
    read = partial(_read, file, start, len(line), at, down)
    return Entry(f"{name}:{drawing.get('id', number)}", Recording(id, writer, read))  # no file: writers share it


def _read(file: Path, start: int, size: int, at: str, down: bool) -> list[Float32[np.ndarray, "n 3"]]:
    try:
        with file.open("rb") as opened:
            opened.seek(start)
            line = opened.read(size)
    except OSError as error:
        raise SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}") from error
    return [rows([_stroke(stroke, at) for stroke in _parse(line, at)["strokes"]], at, down=down)]


def _parse(line: bytes, at: str) -> dict[str, Any]:
    """The drawing on a line; raises SwnError unless it is a list of strokes or an object with such a list."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SwnError(f"{at}: cannot be read as JSON ({error}): {AGAIN}") from error
    drawing = found if isinstance(found, dict) else {"strokes": found}
    if not isinstance(drawing.get("strokes"), list):
        raise bad(at, "no list of strokes", '[[[x, y], ...], ...] or {"strokes": ...}')
    for key in ("id", "writer"):
        if key in drawing and (not isinstance(drawing[key], str | int) or "\n" in str(drawing[key])):
            raise bad(at, f"{key} {str(drawing[key])[:40]!r}", "a word or a number")
    return drawing


def _stroke(stroke: Any, at: str) -> Float[np.ndarray, "n 2"]:
    def number(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool)

    def point(value: Any) -> bool:
        return isinstance(value, list) and len(value) >= 2 and number(value[0]) and number(value[1])

    if not isinstance(stroke, list) or not all(map(point, stroke)):
        raise bad(at, f"the stroke {str(stroke)[:40]}", "a list of points [x, y]")
    try:
        return np.array([(float(x), float(y)) for x, y, *_ in stroke]).reshape(-1, 2)
    except OverflowError as error:
        raise bad(at, "a number too large", "the positions of a pen") from error
