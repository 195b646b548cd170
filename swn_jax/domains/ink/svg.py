"""Ink as SVG: a still picture, and an animated one without scripts, so that it also plays in an <img>."""

import numpy as np
from jaxtyping import Float

from swn_jax.domains.ink import plots

Stroke = Float[np.ndarray, "_ 2"]
WIDE, HIGH = 1000.0, 300.0  # pixels, the largest size of the writing
PEN = 2.0  # pixels
SPEED = 125.0  # points per second, the rate of a tablet
PAUSE = 2.0  # seconds between the last point and the next repetition


def still(rows: Float[np.ndarray, "n 3"]) -> str:
    """A path per stroke, a dot for strokes without length; points (pen, x, y), y upwards."""
    strokes, size = _fitted(rows)
    return _page(size, [_shape(stroke) for stroke in strokes])


def written(rows: Float[np.ndarray, "n 3"]) -> str:
    """The same, animated in a loop (SMIL): stroke by stroke, each in a time proportional to its points.

    A viewer without SMIL shows the still picture.
    """
    strokes, size = _fitted(rows)
    ends = np.cumsum([0, *map(len, strokes)]) / SPEED
    seconds = float(ends[-1] + PAUSE)
    times = ends / seconds
    return _page(size, [_shape(stroke, times[i : i + 2], seconds) for i, stroke in enumerate(strokes)])


def _fitted(rows: Float[np.ndarray, "n 3"]) -> tuple[list[Stroke], Float[np.ndarray, " 2"]]:
    """The strokes in pixels, y downwards, with a margin for the pen; and the size of the picture."""
    extent = plots.extent(rows)
    scale = float(np.min((WIDE, HIGH) / np.maximum(extent, 1e-9)))
    if not len(rows):
        return [], np.full(2, 2 * PEN)
    left, top = rows[:, 1].min(), rows[:, 2].max()
    strokes = [scale * (stroke - (left, top)) * (1, -1) + PEN for stroke in plots.strokes(rows)]
    return strokes, scale * extent + 2 * PEN


def _page(size: Float[np.ndarray, " 2"], shapes: list[str]) -> str:
    width, height = (f"{side:.2f}" for side in size)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<g fill="none" stroke="black" stroke-width="{PEN:g}" stroke-linecap="round" stroke-linejoin="round">',
        *shapes,
        "</g>",
        "</svg>\n",
    ])  # fmt: skip


def _shape(stroke: Stroke, times: Float[np.ndarray, " 2"] | None = None, seconds: float = 0.0) -> str:
    """One stroke; with `times`, its start and end as fractions of `seconds`, it is hidden until it is drawn."""
    clock = f'dur="{seconds:.3f}s" repeatCount="indefinite"'
    if not np.ptp(stroke, axis=0).any():
        x, y = stroke[0]
        dot = f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{0.75 * PEN:g}" fill="black" stroke="none"'
        if times is None:
            return f"{dot}/>"
        shown = f'values="0;1" keyTimes="0;{times[0]:.6f}" calcMode="discrete"'
        return f'{dot}><animate attributeName="opacity" {shown} {clock}/></circle>'
    path = '<path d="M' + " ".join(f"{x:.2f},{y:.2f}" for x, y in stroke) + '"'
    if times is None:
        return f"{path}/>"
    # one dash as long as the path, shifted out of it; shifted a little further to hide its round end
    begin, end = times
    shown = f'values="1.05;1.05;0;0" keyTimes="0;{begin:.6f};{end:.6f};1"'
    dash = 'pathLength="1" stroke-dasharray="1 1.1"'
    return f'{path} {dash}><animate attributeName="stroke-dashoffset" {shown} {clock}/></path>'
