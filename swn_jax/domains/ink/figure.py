"""Lines of writing on a grid at one scale: systems side by side, or one sample."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from jaxtyping import Float

from swn_jax.domains.ink.plots import extent, trace
from swn_jax.errors import SwnError

Rows = Float[np.ndarray, "_ 3"]
Pair = Float[np.ndarray, " 2"]  # x, y
RUNAWAY = 2.0  # times the median: longer lines are clipped, so that the others stay readable
PAD = 0.05  # of the shorter side of a cell, so that no stroke is clipped by its width
NARROW, GAP, TITLE = (1.2, 0.1), 0.08, 0.2  # inches: smallest cell, gap between lines, space above a line


def figure(path: Path | str, columns: Mapping[str, Sequence[Rows]], lines: int = 8) -> None:
    """Draw the writing of one system per column, as in figure 3 of Lai et al. 2018.

    All lines have one scale and are cut to the same number of points, the median of those shown. A line more than
    twice as wide or high as the median line is clipped at the edge of its cell.
    Args:
      path: of the picture; its suffix is the format.
      columns: lines of points (pen, x, y), y upwards, by system: ground truth, RNN, VRNN, ...
      lines: how many lines to show per system.
    Raises:
      SwnError: for a column without lines, and if a point is not finite.
    """
    chosen = {name: list(written[:lines]) for name, written in columns.items()}
    empty = [name for name, written in chosen.items() if not written]
    if empty or not chosen:
        raise SwnError(
            f"{path}: found no lines of {', '.join(empty) or 'any system'}, wanted some per column: sample them"
        )
    points = int(np.median([len(rows) for written in chosen.values() for rows in written]))
    cells = [
        None if rows is None else (name if i == 0 else "", rows[:points])
        for i, line in enumerate(zip_longest(*chosen.values()))
        for name, rows in zip(chosen, line, strict=True)
    ]
    grid(path, cells, len(chosen), width=4.0 * len(chosen), tallest=2.0)


def grid(
    path: Path | str,
    cells: Sequence[tuple[str, Rows] | None],
    columns: int,
    width: float,
    tallest: float,
    beside: Sequence[Rows] = (),
) -> None:
    """Draw cells row by row, each with a title and left-aligned ink, all at one scale.

    Args:
      path: of the picture.
      cells: title and points; None for an empty cell.
      columns: cells per row.
      width: largest width of the picture, inches.
      tallest: largest height of a cell, inches.
      beside: drawings in other pictures, for which there has to be room at the same scale.
    Raises SwnError if a point is not finite.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    window = _window([*(cell for cell in cells if cell), *(("beside", rows) for rows in beside)])
    side = np.maximum(min(width / columns / window[0], tallest / window[1]) * window, NARROW)
    lines, titled = len(cells) // columns, sum(bool(cell and cell[0]) for cell in cells[::columns])
    figure = Figure(figsize=(columns * side[0], lines * (side[1] + GAP) + titled * TITLE), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(lines, columns, squeeze=False).ravel()
    for axis, cell in zip(axes, cells, strict=True):
        axis.set_axis_off()
        title, rows = cell or ("", None)
        axis.set_title(title, fontsize=9, loc="left", color="0.4")
        if rows is None or not len(rows):
            continue
        low, high = _corners(rows, window)
        axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        axis.set_aspect("equal", anchor="W")
        trace(axis, rows)
    figure.savefig(str(path), dpi=150)


def _window(cells: Sequence[tuple[str, Rows]]) -> Pair:
    """The common width and height of the cells, in units of the points."""
    for title, rows in cells:
        if not np.isfinite(rows).all():
            raise SwnError(f"{title}: found points that are not finite, wanted pen positions: train the model further")
    sizes = np.stack([extent(rows) for _, rows in cells]).T
    window = np.array([min(size.max(), RUNAWAY * np.median(size[size > 0])) if size.any() else 0.0 for size in sizes])
    window = np.where(window > 0, window, 0.1 * window.max() or 1.0)  # a horizontal line has no height, a dot no size
    return window + 2 * PAD * window.min()


def _corners(rows: Rows, window: Pair) -> tuple[Pair, Pair]:
    """Lower left and upper right of the visible part: left-aligned, vertically centred, the first point visible."""
    points, inside = rows[:, 1:].astype(np.float64), window / 2 - PAD * window.min()
    low, high = points.min(axis=0), points.max(axis=0)
    wanted = low[0] + inside[0], (low[1] + high[1]) / 2
    centre = np.clip(wanted, points[0] - inside, points[0] + inside)
    return centre - window / 2, centre + window / 2
