"""Pictures of ink: one line of writing per row, or characters side by side."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

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


def trace(axis: Any, rows: Float[np.ndarray, "n 3"], linewidth: float = 1.0) -> None:
    """Plot the strokes on a matplotlib axis, single points as dots; the pen is `linewidth` points wide."""
    for stroke in strokes(rows):
        alone = len(stroke) == 1
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

    sizes = [np.maximum(extent(drawing), 1e-6) for drawing in rows.values()]
    columns = 1 if np.median([width / height for width, height in sizes]) > LONG else min(COLUMNS, len(sizes))
    lines = -(-len(sizes) // columns)
    tallest = WIDTH / columns * max(height / width for width, height in sizes)
    figure = Figure(figsize=(WIDTH, lines * (min(tallest, WIDTH / COLUMNS) + 0.35)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(lines, columns, squeeze=False).ravel()
    for axis in axes:
        axis.set_axis_off()
    for axis, (name, drawing) in zip(axes, rows.items(), strict=False):
        axis.set_title(name, fontsize=8 if columns == 1 else 6, loc="left", color="0.4")
        axis.set_aspect("equal", anchor="W")
        trace(axis, drawing)
    figure.savefig(str(path), dpi=110)
