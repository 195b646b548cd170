"""A page written on a tablet, `Time X Y P Az Al` a point, y downwards (github.com/GMarzinotto/MATLAB-Handwriting)."""

import itertools
import math
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Float32

from swn_jax.data.index import Recording, broken
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import AGAIN, Strokes, bad, rows
from swn_jax.errors import SwnError

HEADER = ["Time", "X", "Y", "P", "Az", "Al"]
CUT = 4  # lines at the end that the source's own reader throws away: most files are cut short
JUMP = 1000.0  # counts, of 5080 an inch: 5 mm within 8 ms is no hand's movement but a lost pen


def entries(file: Path, name: str, down: bool) -> list[Entry]:
    """The lines of handwriting on a page, numbered from 1, by the writer that the file is named after."""
    id = name.rpartition(".")[0]
    try:
        count = len(lines(file))
    except SwnError as error:
        return [Entry(name, broken(id, file, error)._replace(speaker=id))]
    return [Entry(name, Recording(f"{id}/{i + 1}", id, partial(_read, file, i), file)) for i in range(count)]


def starts(head: str) -> bool:
    """Whether a file that begins with `head` is of this format."""
    return any(line.split() == HEADER for line in head.splitlines())


def _read(file: Path, number: int) -> list[Float32[np.ndarray, "n 3"]]:
    found = lines(file)
    if number >= len(found):
        raise bad(file, f"{len(found)} lines of handwriting", f"{number + 1}, as before", "leave it as it is meanwhile")
    return [rows(found[number], f"{file}, line {number + 1} of the writing", down=True)]


def lines(file: Path) -> list[Strokes]:
    """The strokes of each line of writing: one starts where x jumps to the left by half the page.

    Raises SwnError, with the line of the file, for anything but six numbers a point.
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
    try:
        said = file.read_text("latin-1").splitlines()
    except OSError as error:
        raise SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}") from error
    top = next((i for i, line in enumerate(said) if line.split() == HEADER), None)
    if top is None:
        raise bad(file, "no header", f"the line `{' '.join(HEADER)}`")
    table = []
    for number, line in [(i, line) for i, line in enumerate(said[top + 1 :], start=top + 2) if line.strip()][:-CUT]:
        try:
            point = [float(word) for word in line.split()]
        except ValueError:
            point = []
        if len(point) != len(HEADER) or not math.isfinite(sum(point)):
            raise bad(f"{file}, line {number}", repr(line[:40]), "six numbers")
        table.append(point)
    return np.array(table).reshape(-1, len(HEADER))


def _strokes(points: Float[np.ndarray, "n 2"], touching: Bool[np.ndarray, " n"]) -> list[Float[np.ndarray, "_ 2"]]:
    """The stretches in which the pen touches, without the single points at which the tablet lost it."""
    down = np.flatnonzero(touching)
    stretches = np.split(points[down], np.flatnonzero(np.diff(down) > 1) + 1)
    return [_steady(stretch) for stretch in stretches if len(stretch)]


def _steady(points: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "m 2"]:
    """Leaves out each point that is far from both its neighbours, which are near each other."""
    before, at, after = points[:-2], points[1:-1], points[2:]
    far = [np.hypot(*(b - a).T) > JUMP for a, b in ((before, at), (at, after), (before, after))]
    kept = np.ones(len(points), bool)
    kept[1:-1] = ~(far[0] & far[1] & ~far[2])
    return points[kept]
