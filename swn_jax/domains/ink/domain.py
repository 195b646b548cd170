"""The ink domain: points (pen, x, y) on disk, offsets from point to point for the model (Graves 2013)."""

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.data.domain import Domain, Extra
from swn_jax.domains.ink import files, statistics
from swn_jax.domains.ink.figure import figure
from swn_jax.domains.ink.plots import draw
from swn_jax.errors import SwnError

WIDTH = 3  # pen, x, y
LIFTS, ENDS = 1, 2  # the pen after the last point of a stroke, and after that of a drawing whose end is marked


def frames(rows: Float[np.ndarray, "n 3"], width: int = WIDTH, extra: Extra | None = None) -> Float[np.ndarray, "T 3"]:
    """The points i >= 1 as (pen_i, x_i - x_(i-1), y_i - y_(i-1)): one frame fewer than rows."""
    rows = np.asarray(rows, np.float64)
    return np.concatenate([rows[1:, :1], np.diff(rows[:, 1:], axis=0)], axis=1)


def rows(
    frames: Float[np.ndarray, "T 3"], extra: Extra | None = None, start: Float[np.ndarray, " 3"] | None = None
) -> Float32[np.ndarray, "n 3"]:
    """The cumulative sum of the offsets, from the origin: one row more than frames, the pen of the first is 0."""
    points = np.zeros((len(frames) + 1, WIDTH))
    points[1:, 0] = frames[:, 0]
    points[1:, 1:] = np.cumsum(frames[:, 1:], axis=0, dtype=np.float64)
    return points.astype(np.float32)


def length(frames: Float[np.ndarray, "T 3"]) -> int:
    """The frames up to the end of the drawing, where the pen is 2; all of them where it does not end."""
    ends = np.flatnonzero(frames[:, 0] > (LIFTS + ENDS) / 2)
    return int(ends[0]) + 1 if len(ends) else len(frames)


def published(
    mean: Float[np.ndarray, " 3"], std: Float[np.ndarray, " 3"]
) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Shift m and scale s of both coordinates as Chung et al. 2015 compute them; the pen is not scaled.

    m = E[dx] + E[dy] and s^2 = E[dx^2] + E[dy^2] - m^2: sums over x and y in place of means, so the coordinates do
    not get unit variance; the published likelihoods are in these units.
    Raises SwnError if s^2 is not positive, which can happen when both means are large.
    """
    shift = mean[1] + mean[2]
    square = (std[1:] ** 2 + mean[1:] ** 2).sum() - shift**2
    if not square > 0:
        raise SwnError(f"ink: found s^2 = {square:g} for the published scaling, wanted more than 0: use 'coordinate'")
    return np.array([0.0, shift, shift]), np.array([1.0, np.sqrt(square), np.sqrt(square)])


def coordinate(
    mean: Float[np.ndarray, " 3"], std: Float[np.ndarray, " 3"]
) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Mean and deviation of dx and dy separately; the pen is not scaled.

    Raises SwnError if dx or dy is constant.
    """
    if not (std[1:] > 0).all():
        raise SwnError(
            f"ink: found the deviations {std[1]:g}, {std[2]:g} of dx and dy, wanted both above 0: add drawings"
        )
    return np.array([0.0, mean[1], mean[2]]), np.array([1.0, std[1], std[2]])


INK = Domain(
    name="ink",
    dtype=np.float32,
    shape=(WIDTH,),
    frames=frames,
    rows=rows,
    overlap=1,
    given=0,
    joined=False,
    scalings={"published": published, "coordinate": coordinate},
    draw=draw,
    preview_frames=2000,
    write=files.write,
    measure=statistics.measure,
    gap=statistics.gap,
    gap_unit="units",
    figure=figure,
    length=length,
)
