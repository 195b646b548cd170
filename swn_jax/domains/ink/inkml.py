"""Reader of InkML (W3C Recommendation, 20 September 2011): the traces of a file are one drawing."""

import re
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.data.index import Recording, broken
from swn_jax.domains.ink import safe_xml
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import bad, rows
from swn_jax.errors import SwnError

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
VALUE = re.compile(rf"""\s*([!'"]?)\s*({NUMBER}|#[0-9A-Fa-f]+|[*?TF])\s*""", re.ASCII)
ORDERS = {"!": 0, "'": 1, '"': 2}  # order of the differences that the numbers are from here on


def entries(file: Path, name: str, down: bool) -> list[Entry]:
    """The one drawing of a file, by the writer the file names; without one, the drawing is its own writer."""
    id = name.rpartition(".")[0]
    try:
        writer = _writer(safe_xml.parse(file))
    except SwnError as error:
        return [Entry(name, broken(id, file, error)._replace(speaker=id))]
    return [Entry(name, Recording(id, writer or id, partial(read, file, down), file))]


def _writer(root: Element) -> str:
    named = (note.text for note in root.iter("annotation") if note.get("type") == "writer")
    return (next(named, None) or "").strip()


def read(file: Path, down: bool) -> list[Float32[np.ndarray, "n 3"]]:
    """The points of the pen-down traces, as one block.

    Raises SwnError for a file that is not InkML, has continued traces, or values of X or Y that are not numbers.
    """
    root = safe_xml.parse(file)
    if root.tag != "ink":
        raise bad(file, f"XML with the root {root.tag}", "InkML with the root ink")
    x, y = _channels(root, file)
    strokes = []
    for trace in root.iter("trace"):
        if trace.get("continuation"):
            raise bad(file, "a trace in several parts (continuation)", "whole traces", "join them first")
        if trace.get("type", "penDown") == "penDown":
            strokes.append(_points(trace.text or "", x, y, file))
    return [rows(strokes, file, down=down)]


def _channels(root: Element, file: Path) -> tuple[int, int]:
    """The positions of X and Y among the numbers of a point: 0 and 1 if the file does not say."""
    positions = set()
    for format in root.iter("traceFormat"):
        names = [channel.get("name") for channel in format.findall("channel")]
        if "X" not in names or "Y" not in names:
            raise bad(file, f"a traceFormat with the channels {names}", "X and Y")
        positions.add((names.index("X"), names.index("Y")))
    if len(positions) > 1:
        raise bad(file, "several orders of the channels", "one traceFormat", "write one file per order")
    return positions.pop() if positions else (0, 1)


def _points(text: str, x: int, y: int, file: Path) -> Float[np.ndarray, "n 2"]:
    if not text.strip():
        return np.zeros((0, 2))
    numbers = [_numbers(point, max(x, y) + 1, file) for point in text.split(",")]
    return np.stack([_positions([point[channel] for point in numbers], file) for channel in (x, y)], axis=1)


def _numbers(point: str, wanted: int, file: Path) -> list[tuple[str, str]]:
    """Prefix and value of each channel of a point."""
    found, at = [], 0
    while at < len(point) and (match := VALUE.match(point, at)):
        found.append((match[1], match[2]))
        at = match.end()
    if at < len(point) or len(found) < wanted:
        raise bad(file, f"the point {point.strip()[:40]!r}", f"{wanted} or more numbers")
    return found


def _positions(values: list[tuple[str, str]], file: Path) -> Float[np.ndarray, " n"]:
    """Positions from positions, first differences (') and second differences ("); a prefix holds until the next one."""
    order, position, step, positions = 0, 0.0, 0.0, []
    for prefix, value in values:
        order = ORDERS.get(prefix, order)
        if value[0] in "#*?TF":
            raise bad(file, f"{value!r} for X or Y", "a number")
        number, before = float(value), position
        step = (number - before, number, step + number)[order]
        position = number if order == 0 else before + step
        positions.append(position)
    return np.array(positions)
