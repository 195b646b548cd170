"""Pictures of ink: one line of writing per row, or characters side by side."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

LEAST = 0.02  # of the longer side of a drawing, the shorter side that is shown: a stroke may have no width
PAD = 0.05  # of a side, around the drawing
LONG = 2.5  # width over height from which a drawing gets its own row
COLUMNS = 8
WIDTH = 12.0  # inches


def strokes(rows: Float[np.ndarray, "n 3"]) -> list[Float[np.ndarray, "_ 2"]]:
    """The points of each stroke; a stroke ends where the pen is lifted after a point."""
    ends = np.flatnonzero(rows[:, 0] > 0.5) + 1
    return [stroke for stroke in np.split(rows[:, 1:], ends) if len(stroke)]


def extent(rows: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " 2"]:
    """Width and height of the writing; zeros for no points."""
    return np.ptp(rows[:, 1:].astype(np.float64), axis=0) if len(rows) else np.zeros(2)


def shown(rows: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " 2"]:
    """Width and height of the part of the plane to show: neither is nothing, also for a bar or a dot."""
    size = extent(rows)
    return np.maximum(size, LEAST * size.max() or 1.0)


def trace(axis: Any, rows: Float[np.ndarray, "n 3"], linewidth: float = 1.0) -> None:
    """Plot the strokes on a matplotlib axis, those without length as dots; the pen is `linewidth` points wide."""
    for stroke in strokes(rows):
        alone = not np.ptp(stroke, axis=0).any()
        axis.plot(
            *stroke.T, color="black", linewidth=linewidth, marker="." if alone else None, markersize=2 * linewidth
        )


def draw(
    path: Path | str,
    rows: Mapping[str, Float[np.ndarray, "_ 3"]],
    rate: float | None = None,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Draw each drawing of `rows` (points, y upwards) under its key into a PNG; `rate` and `extra` are not used."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    sizes = [shown(drawing) for drawing in rows.values()]
    columns = 1 if np.median([width / height for width, height in sizes]) > LONG else min(COLUMNS, len(sizes))
    lines = -(-len(sizes) // columns)
    tallest = WIDTH / columns * max(height / width for width, height in sizes)
    figure = Figure(figsize=(WIDTH, lines * (min(tallest, WIDTH / COLUMNS) + 0.35)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(lines, columns, squeeze=False).ravel()
    for axis in axes:
        axis.set_axis_off()
    for axis, size, (name, drawing) in zip(axes, sizes, rows.items(), strict=False):
        axis.set_title(name, fontsize=8 if columns == 1 else 6, loc="left", color="0.4")
        axis.set_aspect("equal", anchor="W")
        if len(drawing):
            points = drawing[:, 1:].astype(np.float64)
            middle, half = (points.min(axis=0) + points.max(axis=0)) / 2, (0.5 + PAD) * size
            (left, low), (right, high) = middle - half, middle + half
            axis.set(xlim=(left, right), ylim=(low, high))
        trace(axis, drawing)
    figure.savefig(str(path), dpi=110)
