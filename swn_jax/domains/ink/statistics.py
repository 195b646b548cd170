"""Statistics of ink: how far the pen moves, how it turns, leans and reaches, and how often it is lifted."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.data.statistics import Statistic
from swn_jax.domains.ink.plots import strokes

STEEP = 45.0  # degrees from the vertical within which a step down is part of a down stroke


def measure(
    rows: Sequence[Float[np.ndarray, "_ 3"]], rate: float | None, extra: Mapping[str, Any]
) -> dict[str, Statistic]:
    """Draws from the strokes of all sequences; lengths in the units of the points, `rate` and `extra` unused.

    Raw units compare a corpus with samples of it, for both are of the same tablet; a model that writes too large is
    found out. The way from a stroke to the next counts for nothing but the pen-up rate.
    Args:
      rows: points (pen, x, y), y upwards, of each line or window.
    """
    written = [stroke.astype(np.float64) for line in rows for stroke in strokes(line)]
    steps = [np.diff(stroke, axis=0) for stroke in written]
    moves = [step[np.hypot(*step.T) > 0] for step in steps]  # a pen that rests has no direction

    def draws(values: list[Any], unit: str) -> Statistic:
        return Statistic(np.concatenate([np.zeros(0), *values]), unit, "draws")

    return {
        "step length": draws([np.hypot(*step.T) for step in steps], "units"),
        "turning": draws([_turning(move) for move in moves], "degrees"),
        "slant": draws([_slant(move) for move in moves], "degrees"),
        "stroke height": draws([np.ptp(stroke[:, 1:], axis=0) for stroke in written], "units"),
        "pen-up rate": draws([100 * line[:, 0].mean(keepdims=True) for line in rows if len(line)], "% of points"),
    }


def _turning(moves: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " m"]:
    """Angles from a move to the next, -180 to 180 degrees, to the left positive."""
    heading = np.arctan2(moves[:, 1], moves[:, 0])
    return (np.degrees(np.diff(heading)) + 180) % 360 - 180


def _slant(moves: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " m"]:
    """How far down strokes lean from the vertical, degrees, to the right positive: a down stroke then goes left."""
    lean = np.degrees(np.arctan2(-moves[:, 0], -moves[:, 1]))
    return lean[np.abs(lean) < STEEP]
