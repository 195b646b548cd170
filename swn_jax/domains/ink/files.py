"""Ink as files: a picture, a still SVG and an animated SVG."""

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
    """Write NAME.png, NAME.svg and the animated NAME_written.svg; `rate`, `extra` and `clipped` are not used.

    Args:
      folder: an existing folder.
      name: of the files, without suffix.
      rows: points (pen, x, y), y upwards, the pen 1 at the last point of a stroke; may be empty.
      real: the ground truth that stands beside the sample: the picture has room for it at the same scale.
    Raises SwnError if a point is not finite.
    """
    picture, plain, moving = (folder / f"{name}{end}" for end in (".png", ".svg", "_written.svg"))
    figure.grid(picture, [(name, rows)], 1, width=12.0, tallest=3.0, beside=() if real is None else (real,))
    plain.write_text(svg.still(rows))
    moving.write_text(svg.written(rows))
    width, height = plots.extent(rows)
    facts: dict[str, float | int | str] = {"strokes": len(plots.strokes(rows)), "points": len(rows)}
    if height > 0:
        facts["width/height"] = round(float(width / height), 2)
    return WrittenFiles((picture, moving), (plain,), facts)
