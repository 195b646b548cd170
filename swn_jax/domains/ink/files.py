"""Ink as files: a picture below its ground truth, and drawings that scale, still and writing themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from swn_jax.data.written import WrittenFiles
from swn_jax.domains.ink import figure, plots, svg


def write(
    folder: Path,
    name: str,
    rows: Float32[np.ndarray, "n 3"],
    rate: float | None,
    extra: Mapping[str, Any],
    *,
    real: Float32[np.ndarray, "m 3"] | None = None,
    clipped: int = 0,
) -> WrittenFiles:
    """NAME.png, NAME.svg and NAME_written.svg, which writes itself; `rate`, `extra`, `clipped` mean nothing to ink.

    Args:
      folder: that exists.
      name: of the files, without a suffix.
      rows: points (pen, x, y), y upwards, the pen 1 at the last point of a stroke; any number, 0 too.
      real: the ground truth, drawn above at the same scale.
    Raises SwnError if a point is not finite.
    """
    picture, plain, moving = (folder / f"{name}{end}" for end in (".png", ".svg", "_written.svg"))
    cells = [("ground truth", real), (name, rows)] if real is not None else [(name, rows)]
    figure.grid(picture, cells, columns=1, width=12.0, tallest=3.0)
    plain.write_text(svg.still(rows))
    moving.write_text(svg.written(rows))
    width, height = plots.extent(rows)
    facts: dict[str, float | int | str] = {"strokes": len(plots.strokes(rows)), "points": len(rows)}
    if height > 0:
        facts["width/height"] = round(float(width / height), 2)
    return WrittenFiles((picture, moving), (plain,), facts)
