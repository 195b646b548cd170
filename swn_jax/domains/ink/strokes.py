"""From strokes to rows on disk, with the checks common to all formats."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.data.domain import Rows
from swn_jax.data.index import SplitIndex
from swn_jax.data.reading import AGAIN
from swn_jax.errors import SwnError

Strokes = Sequence[Float[np.ndarray, "_ 2"]]  # x and y of each point, stroke by stroke

LIMIT = 1e7  # float32 keeps whole numbers up to 2^24 exactly


def bad(file: object, found: str, wanted: str, remedy: str = AGAIN) -> SwnError:
    """The error for a `file` with content that cannot be read."""
    return SwnError(f"{file}: found {found}, wanted {wanted}: {remedy}")


def rows(strokes: Strokes, file: object, *, down: bool) -> Float32[np.ndarray, "n 3"]:
    """Points (pen, x, y), y upwards, the pen 1 where it is lifted after the point.

    Args:
      strokes: [n, 2] each, in drawing order; empty ones are ignored.
      file: their source, for the errors.
      down: whether y of the `strokes` grows downwards.
    Raises SwnError for fewer than two points, and for coordinates that are not finite or beyond 1e7.
    """
    kept = [stroke for stroke in strokes if len(stroke)]
    points = np.concatenate(kept) if kept else np.zeros((0, 2))
    if len(points) < 2:
        raise bad(file, f"{len(points)} points", "2 or more")
    if not (np.abs(points) <= LIMIT).all():
        raise bad(file, "a coordinate that is not finite or beyond 1e7", "the positions of a pen")
    rows = np.zeros((len(points), 3), np.float32)
    rows[:, 1:] = points * (1, -1 if down else 1)
    rows[np.cumsum([len(stroke) for stroke in kept]) - 1, 0] = 1
    return rows


def with_ends(index: SplitIndex, end: int, name: str) -> SplitIndex:
    """The drawings with the pen 2 at the last point of each where `end` is 1, which `extra` then says too.

    Raises SwnError, naming the corpus, for another `end` than 0 and 1.
    """
    if end not in (0, 1):
        raise SwnError(f"{name}: found end={end}, wanted 1 to mark the ends of drawings, or 0: change end")
    if not end:
        return index
    splits = {
        split: tuple(one._replace(read=partial(_ended, one.read)) for one in found)
        for split, found in index.splits.items()
    }
    return index._replace(splits=splits, extra={**index.extra, "end": 1})


def _ended(read: Callable[[], Iterable[Rows]]) -> list[Rows]:
    *blocks, last = read()
    marked = last.copy()
    marked[-1, 0] = 2
    return [*blocks, marked]


def with_first_dot(rows: Float32[np.ndarray, "n 3"]) -> Float32[np.ndarray, "m 3"]:
    """The points with the first one twice where it is a stroke of its own.

    A frame holds the pen after its later point, so no frame holds the pen of the first, and a line would lead from the
    dot to the next stroke.
    """
    return np.concatenate([rows[:1] * np.array([0, 1, 1], np.float32), rows]) if rows[0, 0] else rows
