"""Reader of tablet pages: `Time X Y P Az Al` per point, y downwards (github.com/GMarzinotto/MATLAB-Handwriting)."""

import itertools
import math
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Float32

from swn_jax.data.index import Recording, broken
from swn_jax.data.reading import UTF_16, decode, read_bytes
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import Strokes, bad, rows
from swn_jax.errors import SwnError

HEADER = ["Time", "X", "Y", "P", "Az", "Al"]
CUT = 4  # lines at the end that the source's own reader drops: most files are truncated
JUMP = 1000.0  # counts, 5080 per inch: 5 mm within 8 ms is a lost pen, not a movement


def entries(file: Path, name: str, down: bool) -> list[Entry]:
    """The lines of handwriting on a page, numbered from 1; the file name is the writer."""
    id = name.rpartition(".")[0]
    try:
        count = len(lines(file))
    except SwnError as error:
        return [Entry(name, broken(id, file, error)._replace(speaker=id))]
    return [Entry(name, Recording(f"{id}/{i + 1}", id, partial(_read, file, i), file)) for i in range(count)]


def starts(head: str) -> bool:
    """Whether a file that begins with `head` has this format."""
    return any(line.split() == HEADER for line in head.splitlines())


def _read(file: Path, number: int) -> list[Float32[np.ndarray, "n 3"]]:
    found = lines(file)
    if number >= len(found):
        raise bad(file, f"{len(found)} lines of handwriting", f"{number + 1}, as before", "keep it unchanged")
    return [rows(found[number], f"{file}, line {number + 1} of the writing", down=True)]


def lines(file: Path) -> list[Strokes]:
    """The strokes of each line of writing; a line starts where x jumps left by half the page.

    Raises SwnError, with the line of the file, unless every point has six numbers.
    """
    table = _table(file)
    strokes = _strokes(table[:, 1:3], table[:, 3] > 0)
    if not strokes:
        raise bad(file, "no point with the pen down", "some writing")
    page = np.ptp(np.concatenate(strokes)[:, 0])
    back = [after[0, 0] - before[-1, 0] < -page / 2 for before, after in itertools.pairwise(strokes)]
    first = [0, *(i + 1 for i, new in enumerate(back) if new), len(strokes)]
    return [strokes[a:b] for a, b in itertools.pairwise(first)]


def _table(file: Path) -> Float[np.ndarray, "n 6"]:
    raw = read_bytes(file)
    text = decode(raw, file) if raw.startswith(UTF_16) else raw.decode("utf-8-sig", "replace")  # names may be Latin-1
    content = text.splitlines()
    top = next((i for i, line in enumerate(content) if line.split() == HEADER), None)
    if top is None:
        raise bad(file, "no header", f"the line `{' '.join(HEADER)}`")
    table = []
    for number, line in [(i, line) for i, line in enumerate(content[top + 1 :], start=top + 2) if line.strip()][:-CUT]:
        try:
            point = [float(word) for word in line.split()]
        except ValueError:
            point = []
        if len(point) != len(HEADER) or not math.isfinite(sum(point)):
            raise bad(f"{file}, line {number}", repr(line[:40]), "six numbers")
        table.append(point)
    return np.array(table).reshape(-1, len(HEADER))


def _strokes(points: Float[np.ndarray, "n 2"], touching: Bool[np.ndarray, " n"]) -> list[Float[np.ndarray, "_ 2"]]:
    """The stretches in which the pen touches, without the single points where the tablet lost it."""
    down = np.flatnonzero(touching)
    stretches = np.split(points[down], np.flatnonzero(np.diff(down) > 1) + 1)
    return [_steady(stretch) for stretch in stretches if len(stretch)]


def _steady(points: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "m 2"]:
    """Drop each point that is far from both its neighbours while these are close to each other."""
    before, at, after = points[:-2], points[1:-1], points[2:]
    far = [np.hypot(*(b - a).T) > JUMP for a, b in ((before, at), (at, after), (before, after))]
    kept = np.ones(len(points), bool)
    kept[1:-1] = ~(far[0] & far[1] & ~far[2])
    return points[kept]
