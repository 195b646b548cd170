"""A drawing in JSON: strokes of points [[x, y], ...], or of columns [[x, ...], [y, ...]] as Quick, Draw! has them."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.data.reading import AGAIN, decode
from swn_jax.domains.ink.strokes import bad
from swn_jax.errors import SwnError

POINTS = '"strokes" as points [[[x, y], ...], ...], or "drawing" as columns [[[x, ...], [y, ...]], ...]'
LONG = 3  # numbers of a point: x, y and a time; two or three longer lists are columns
KEYS = {"id": ("id", "key_id"), "writer": ("writer",), "label": ("label", "word")}  # ours, and those of Quick, Draw!


def parse(content: bytes, at: str) -> dict[str, Any]:
    """`strokes` or `drawing`, and `id`, `writer` and `label` where they are given.

    Raises SwnError unless it is a list of strokes or an object with such a list.
    """
    text = decode(content, at)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SwnError(f"{at}: cannot be read as JSON ({error}): {AGAIN}") from error
    drawing = found if isinstance(found, dict) else {"strokes": found}
    named = {name: drawing[key] for name, keys in KEYS.items() for key in keys[::-1] if key in drawing}
    for name, value in named.items():
        if not isinstance(value, str | int) or "\n" in str(value):
            raise bad(at, f"{name} {str(value)[:40]!r}", "a word or a number")
    for key in ("strokes", "drawing"):
        if isinstance(drawing.get(key), list):
            return {key: drawing[key], **named}
    raise bad(at, "no list of strokes", POINTS)


def strokes(drawing: dict[str, Any], at: str) -> list[Float[np.ndarray, "_ 2"]]:
    """The points of each stroke; raises SwnError for other values, and for points that look like columns."""
    if "drawing" in drawing:
        return [_columns(stroke, at) for stroke in drawing["drawing"]]
    found = [_points(stroke, at) for stroke in drawing["strokes"]]
    lengths = {len(point) for stroke in drawing["strokes"] for point in stroke}
    few = all(len(stroke) in (0, 2, LONG) for stroke in found)
    alike = all(len({len(point) for point in stroke}) < 2 for stroke in drawing["strokes"])
    if few and alike and (len(lengths) > 1 or max(lengths, default=0) > LONG):
        raise bad(at, f"strokes of two or three lists of {max(lengths)} numbers, which look like columns",
                  "points", f"write {POINTS}")  # fmt: skip
    return found


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _points(stroke: Any, at: str) -> Float[np.ndarray, "n 2"]:
    def point(value: Any) -> bool:
        return isinstance(value, list) and len(value) >= 2 and _number(value[0]) and _number(value[1])

    if not isinstance(stroke, list) or not all(map(point, stroke)):
        raise bad(at, f"the stroke {str(stroke)[:40]}", "a list of points [x, y]")
    return _array([(x, y) for x, y, *_ in stroke], at)


def _columns(stroke: Any, at: str) -> Float[np.ndarray, "n 2"]:
    def column(value: Any) -> bool:
        return isinstance(value, list) and all(map(_number, value))

    if (not isinstance(stroke, list) or len(stroke) not in (2, 3) or not all(map(column, stroke))
            or len({len(values) for values in stroke}) > 1):  # fmt: skip
        raise bad(at, f"the stroke {str(stroke)[:40]}", "equally long columns [x, ...], [y, ...]")
    return _array(list(zip(*stroke[:2], strict=True)), at)


def _array(points: Sequence[tuple[Any, Any]], at: str) -> Float[np.ndarray, "n 2"]:
    try:
        return np.array([(float(x), float(y)) for x, y in points]).reshape(-1, 2)
    except OverflowError as error:
        raise bad(at, "a number too large", "the positions of a pen") from error
