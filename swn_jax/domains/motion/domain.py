"""The motion domain: a row is a frame; its numbers are scaled together or per column."""

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.data.domain import Domain
from swn_jax.domains.motion import files, statistics
from swn_jax.domains.motion.plots import draw

Columns = Float[np.ndarray, " D"]
SMALLEST = 1e-6  # of the largest deviation: a column that varies less is constant up to rounding


def frames(rows: Float32[np.ndarray, "T D"], width: int) -> Float[np.ndarray, "T {width}"]:
    """Rows as float64 frames of `width` numbers."""
    return rows.reshape(-1, width).astype(np.float64)


def rows(frames: Float[np.ndarray, "T D"]) -> Float32[np.ndarray, "T D"]:
    """Frames as float32 rows."""
    return frames.astype(np.float32)


def scalar(mean: Columns, std: Columns) -> tuple[Columns, Columns]:
    """One mean and one deviation over all numbers, std² = E[x²] - E[x]² (Lai et al. 2018)."""
    shift = mean.mean()
    scale = np.sqrt(np.mean(std**2 + (mean - shift) ** 2))
    return np.full_like(mean, shift), np.full_like(std, scale)


def coordinate(mean: Columns, std: Columns) -> tuple[Columns, Columns]:
    """Mean and deviation per column; a constant column is only shifted."""
    return mean, np.where(std > SMALLEST * std.max(), std, 1.0)


MOTION = Domain(
    name="motion",
    dtype=np.float32,
    shape=(None,),
    frames=frames,
    rows=rows,
    overlap=0,
    given=1,
    joined=False,
    scalings={"scalar": scalar, "coordinate": coordinate},
    draw=draw,
    preview_frames=120,
    write=files.write,
    measure=statistics.measure,
)
