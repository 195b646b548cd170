"""From the strokes of a file to rows on disk: the checks that every format shares."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.errors import SwnError

Strokes = Sequence[Float[np.ndarray, "_ 2"]]  # x and y of each point, stroke by stroke

LIMIT = 1e7  # float32 keeps whole numbers up to 2^24 exactly
AGAIN = "copy it again, or leave it out with --skip_bad"


def bad(file: object, found: str, wanted: str, remedy: str = AGAIN) -> SwnError:
    """The error for a `file` with content that no reader takes."""
    return SwnError(f"{file}: found {found}, wanted {wanted}: {remedy}")


def rows(strokes: Strokes, file: object, *, down: bool) -> Float32[np.ndarray, "n 3"]:
    """Points (pen, x, y), y upwards, the pen 1 where it is lifted after the point.

    Args:
      strokes: [n, 2] each, in the order in which they were drawn; empty ones count for nothing.
      file: where they come from, for the errors.
      down: whether y of the `strokes` grows downwards.
    Raises SwnError for fewer than two points, and for coordinates that are not finite or beyond 1e7.
    """
    kept = [stroke for stroke in strokes if len(stroke)]
    points = np.concatenate(kept) if kept else np.zeros((0, 2))
    if len(points) < 2:
        raise bad(file, f"{len(points)} points", "2 or more")
    if not (np.abs(points) <= LIMIT).all():
        raise bad(file, "a coordinate that is not finite or beyond 1e7", "the positions of a pen")
    made = np.zeros((len(points), 3), np.float32)
    made[:, 1:] = points * (1, -1 if down else 1)
    made[np.cumsum([len(stroke) for stroke in kept]) - 1, 0] = 1
    return made


def text(file: Path) -> str:
    """What a text file says; raises SwnError if it cannot be read or is no text."""
    try:
        return file.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise SwnError(f"{file}: cannot be read as text ({error}): {AGAIN}") from error


def natural(name: str) -> tuple[list[str | tuple[int, str]], str]:
    """A key that sorts numbers by their value.

    >>> sorted(["line-10", "line-9"], key=natural)
    ['line-9', 'line-10']
    """
    parts: list[str | tuple[int, str]] = list(re.split("([0-9]+)", name))
    for i in range(1, len(parts), 2):
        digits = str(parts[i]).lstrip("0")
        parts[i] = (len(digits), digits)
    return parts, name
