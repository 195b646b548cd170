"""Whether a line of writing keeps its base line and its size."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

LEAST = 8  # bottoms, or heights, that a line has to have


class Extremes(NamedTuple):
    """Where the pen turns within strokes, in drawing order."""

    bottoms: Float[np.ndarray, "n 2"]  # points at which it turns from down to up
    heights: Float[np.ndarray, " m"]  # of each way up or down between two turns


def extremes(strokes: Sequence[Float[np.ndarray, "_ 2"]]) -> Extremes:
    """The turns of the strokes of a line, their ends among them."""
    bottoms, heights = [np.empty((0, 2))], [np.empty(0)]
    for stroke in strokes:
        points = stroke[np.r_[True, np.diff(stroke[:, 1]) != 0]]  # a level stretch counts as one point
        rises = np.sign(np.diff(points[:, 1]))
        turns = np.flatnonzero(np.diff(rises)) + 1
        bottoms.append(points[turns[rises[turns] > 0]])
        heights.append(np.abs(np.diff(points[np.r_[0, turns, len(points) - 1], 1])) if len(rises) else np.empty(0))
    return Extremes(np.concatenate(bottoms), np.concatenate(heights))


def slope(bottoms: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " k"]:
    """The angle of the base line, degrees upwards: the median slope between bottoms (Theil 1950, Sen 1968).

    Descenders and marks above letters, up to a quarter of all, do not move it. Nothing for a line of few or no width.
    """
    if len(bottoms) < LEAST or not np.ptp(bottoms[:, 0]) > 0:
        return np.empty(0)
    from scipy.stats import theilslopes  # half a second, which only those who measure lines have to wait

    return np.degrees(np.arctan(theilslopes(bottoms[:, 1], bottoms[:, 0])[0]))[None]


def growth(heights: Float[np.ndarray, " n"]) -> Float[np.ndarray, " k"]:
    """By how much the median way up or down is longer in the second half of a line than in the first, in per cent."""
    half = len(heights) // 2
    if len(heights) < LEAST or not np.median(heights[:half]) > 0:
        return np.empty(0)
    return 100 * (np.median(heights[half:]) / np.median(heights[:half], keepdims=True) - 1)
