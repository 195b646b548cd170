"""Lines of writing at one scale, in rows and columns: systems side by side, or a sample below the ground truth."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from jaxtyping import Float

from swn_jax.domains.ink.plots import extent, trace
from swn_jax.errors import SwnError

Rows = Float[np.ndarray, "_ 3"]
Pair = Float[np.ndarray, " 2"]  # x, y
RUNAWAY = 2.0  # times the median: a line that goes further is cut at the edge, so that the others can be read
PAD = 0.05  # of the shorter side of a cell, so that no pen is cut in half
NARROW, GAP, TITLE = (1.2, 0.1), 0.08, 0.2  # inches: the smallest cell, between two lines, above a line


def figure(path: Path | str, columns: Mapping[str, Sequence[Rows]], lines: int = 8) -> None:
    """A picture with the writing of one system in each column, as in figure 3 of Lai et al. 2018.

    All lines have one scale and are cut at the same number of points, the median of those shown. What then is more
    than twice as wide or high as the median line that moves is cut at the edge of its cell.
    Args:
      path: of the picture; its suffix says the format.
      columns: points (pen, x, y), y upwards, of lines by the name of what wrote them: ground truth, RNN, VRNN, ...
      lines: how many of each to show, one below the other.
    Raises:
      SwnError: for a column without lines, and if a point is not finite.
    """
    chosen = {name: list(written[:lines]) for name, written in columns.items()}
    empty = [name for name, written in chosen.items() if not written]
    if empty or not chosen:
        raise SwnError(f"{path}: found no writing of {', '.join(empty) or 'anyone'}, wanted a line or more a column")
    points = int(np.median([len(rows) for written in chosen.values() for rows in written]))
    cells = [
        None if rows is None else (name if i == 0 else "", rows[:points])
        for i, line in enumerate(zip_longest(*chosen.values()))
        for name, rows in zip(chosen, line, strict=True)
    ]
    grid(path, cells, len(chosen), width=4.0 * len(chosen), tallest=2.0)


def grid(
    path: Path | str, cells: Sequence[tuple[str, Rows] | None], columns: int, width: float, tallest: float
) -> None:
    """A picture of cells row by row, each with its title and its ink from the left, all at one scale.

    Args:
      path: of the picture.
      cells: title and points; None leaves one empty.
      columns: cells in a row.
      width: of the picture at most, inches.
      tallest: cell at most, inches.
    Raises SwnError if a point is not finite.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    window = _window([cell for cell in cells if cell])
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
    """Width and height of every cell, in units of the points."""
    for title, rows in cells:
        if not np.isfinite(rows).all():
            raise SwnError(f"{title}: found points that are not finite, wanted positions of a pen: train it further")
    sizes = np.stack([extent(rows) for _, rows in cells]).T
    window = np.array([min(size.max(), RUNAWAY * np.median(size[size > 0])) if size.any() else 0.0 for size in sizes])
    window = np.where(window > 0, window, 0.1 * window.max() or 1.0)  # a level line has no height, a dot no size
    return window + 2 * PAD * window.min()


def _corners(rows: Rows, window: Pair) -> tuple[Pair, Pair]:
    """The lower left and the upper right of a cell: ink from the left, half way up, and its first point always."""
    points, inside = rows[:, 1:].astype(np.float64), window / 2 - PAD * window.min()
    low, high = points.min(axis=0), points.max(axis=0)
    wanted = low[0] + inside[0], (low[1] + high[1]) / 2
    centre = np.clip(wanted, points[0] - inside, points[0] + inside)
    return centre - window / 2, centre + window / 2
