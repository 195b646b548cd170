"""Pen movement: a smooth curve through target points, slower where the curve is tight."""

import numpy as np
import scipy
from jaxtyping import Float

DENSE = 24  # points of the curve between targets, before it is resampled at equal times


def curve(aims: Float[np.ndarray, "k 2"], roundness: float) -> Float[np.ndarray, "n 2"]:
    """A centripetal Catmull-Rom spline through at least two `aims`, densely sampled (Barry & Goldman 1988).

    `roundness` scales the tangents: 0 makes straight lines, 1 the spline itself.
    """
    steps = np.maximum(np.hypot(*np.diff(aims, axis=0).T), 1e-9)
    time = np.concatenate([[0.0], np.cumsum(np.sqrt(steps))])
    slopes = np.diff(aims, axis=0) / np.diff(time)[:, None]
    tangents = np.concatenate([slopes[:1], slopes[:1], slopes[-1:]])[[0] + [1] * (len(aims) - 2) + [2]]
    before, after = np.diff(time)[:-1, None], np.diff(time)[1:, None]
    tangents[1:-1] = (after * slopes[:-1] + before * slopes[1:]) / (before + after)
    fine = np.interp(np.arange(DENSE * (len(aims) - 1) + 1) / DENSE, np.arange(len(aims)), time)
    return scipy.interpolate.CubicHermiteSpline(time, aims, roundness * tangents)(fine)


def sampled(path: Float[np.ndarray, "n 2"], speed: float, bend: float) -> Float[np.ndarray, "m 2"]:
    """Points of `path` at equal times, at least two, from its start to its end.

    The speed follows the two-thirds power law (Lacquaniti et al. 1983): v = speed * (1 + bend * curvature)^(-1/3),
    in units of the path per point.
    """
    steps = np.diff(path, axis=0)
    lengths = np.maximum(np.hypot(*steps.T), 1e-9)
    heading = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    turn = np.abs(np.gradient(heading)) if len(heading) > 1 else np.zeros(1)
    slowness = np.cbrt(1 + bend * np.minimum(turn / lengths, 20.0)) / speed
    clock = np.concatenate([[0.0], np.cumsum(lengths * slowness)])
    at = np.linspace(0, clock[-1], max(2, round(clock[-1]) + 1))
    return np.stack([np.interp(at, clock, axis) for axis in path.T], axis=1)
