"""Statistics of ink: step length, turning, slant, stroke height, base line, size and pen-up rate."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.data.statistics import Statistic
from swn_jax.domains.ink.lines import extremes, growth, slope
from swn_jax.domains.ink.plots import strokes

STEEP = 45.0  # degrees from the vertical within which a downward step counts as a down stroke


def measure(
    rows: Sequence[Float[np.ndarray, "_ 3"]], rate: float | None, extra: Mapping[str, Any]
) -> dict[str, Statistic]:
    """Draws from the strokes of all sequences; lengths in the units of the points, `rate` and `extra` unused.

    Units are raw because corpus and samples come from the same tablet, so a model that writes too large is noticed.
    Moves between strokes count only for the pen-up rate. "base line slope" and "growth of letters" are one number per
    line (`lines.py`): near 0 for a hand that keeps its line and its size.
    Args:
      rows: points (pen, x, y), y upwards, of each line or window.
    """
    written = [stroke.astype(np.float64) for line in rows for stroke in strokes(line)]
    steps = [np.diff(stroke, axis=0) for stroke in written]
    lines = [extremes([stroke.astype(np.float64) for stroke in strokes(line)]) for line in rows]
    moves = [step[np.hypot(*step.T) > 0] for step in steps]  # a resting pen has no direction

    def draws(values: list[Any], unit: str) -> Statistic:
        return Statistic(np.concatenate([np.zeros(0), *values]), unit, "draws")

    return {
        "step length": draws([np.hypot(*step.T) for step in steps], "units"),
        "turning": draws([_turning(move) for move in moves], "degrees"),
        "slant": draws([_slant(move) for move in moves], "degrees"),
        "stroke height": draws([np.ptp(stroke[:, 1:], axis=0) for stroke in written], "units"),
        "base line slope": draws([slope(bottoms) for bottoms, _ in lines], "degrees"),
        "growth of letters": draws([growth(heights) for _, heights in lines], "%"),
        "pen-up rate": draws(
            [100 * (line[:, 0] > 0.5).mean(keepdims=True) for line in rows if len(line)], "% of points"
        ),
    }


def gap(
    real: Float[np.ndarray, "n 3"], made: Float[np.ndarray, "n 3"], rate: float | None, extra: Mapping[str, Any]
) -> Float[np.ndarray, " n"]:
    """The distance of the pens at each point; `rate` and `extra` unused."""
    return np.hypot(*(made[:, 1:].astype(np.float64) - real[:, 1:]).T)


def _turning(moves: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " m"]:
    """Angles between consecutive moves, -180 to 180 degrees, positive to the left."""
    heading = np.arctan2(moves[:, 1], moves[:, 0])
    return (np.degrees(np.diff(heading)) + 180) % 360 - 180


def _slant(moves: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " m"]:
    """Angle of down strokes from the vertical in degrees, positive for writing that leans right."""
    lean = np.degrees(np.arctan2(-moves[:, 0], -moves[:, 1]))
    return lean[np.abs(lean) < STEEP]
