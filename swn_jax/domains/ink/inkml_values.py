"""The numbers of a trace of InkML: positions, first and second differences, and the signs that stand for numbers."""

import re
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from swn_jax.domains.ink.inkml_formats import Format
from swn_jax.domains.ink.strokes import bad

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
VALUE = re.compile(rf"""\s*([!'"]?)\s*({NUMBER}|[-+]?#[0-9A-Fa-f]+|[*?TF])\s*""", re.ASCII)
ORDERS = {"!": 0, "'": 1, '"': 2}  # order of the differences that the numbers are from here on
DIGITS = 12  # of a hexadecimal number: more are no position

Values = list[tuple[str, str]]  # prefix and value of each point


def points(text: str, format: Format, file: Path) -> Float[np.ndarray, "n 2"]:
    """X and Y of the points of a trace, without those of which one is not reported; raises SwnError for no number."""
    if not text.strip():
        return np.zeros((0, 2))
    numbers = [_numbers(point, max(format.x, format.y) + 1, file) for point in text.split(",")]
    columns = [_positions([point[channel] for point in numbers], file) for channel in (format.x, format.y)]
    (x, seen_x), (y, seen_y) = columns
    return np.stack([x, y], axis=1)[seen_x & seen_y] * format.signs


def _numbers(point: str, wanted: int, file: Path) -> Values:
    """Prefix and value of each channel of a point."""
    found, at = [], 0
    while at < len(point) and (match := VALUE.match(point, at)):
        found.append((match[1], match[2]))
        at = match.end()
    if at < len(point) or len(found) < wanted:
        raise bad(file, f"the point {point.strip()[:40]!r}", f"{wanted} or more numbers")
    return found


def _positions(values: Values, file: Path) -> tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """The positions of one channel, and whether each is reported.

    The numbers are positions, first differences (') or second differences ("); a prefix holds until the next one. *
    repeats the last number, and ? stands for none.
    """
    order, position, step, bend, positions = 0, 0.0, 0.0, 0.0, []
    for i, (prefix, value) in enumerate(values):
        order = ORDERS.get(prefix, order)
        if value != "?":
            if value == "*" and not i:
                raise bad(file, "'*' for X or Y in the first point", "a number")
            number = (position, step, bend)[order] if value == "*" else _number(value, file)
            before, last = position, step
            step = (number - before, number, step + number)[order]
            position = number if order == 0 else before + step
            bend = step - last
        positions.append(position)
    return np.array(positions), np.array([value != "?" for _, value in values])


def _number(value: str, file: Path) -> float:
    if value in ("T", "F"):
        raise bad(file, f"{value!r} for X or Y", "a number")
    sign, hexadecimal, digits = value.rpartition("#")
    if not hexadecimal:
        return float(value)
    return float(int(sign + digits, 16)) if len(digits) <= DIGITS else np.inf
