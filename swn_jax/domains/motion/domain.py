"""Motion as a domain: a row is a frame already, its numbers are scaled together or each by itself."""

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.data.domain import Domain
from swn_jax.domains.motion import files, statistics
from swn_jax.domains.motion.plots import draw

Columns = Float[np.ndarray, " D"]
SMALLEST = 1e-6  # of the largest deviation: a column that moves less is constant but for rounding


def frames(rows: Float32[np.ndarray, "T D"], width: int) -> Float[np.ndarray, "T {width}"]:
    """Rows as they are, `width` numbers each."""
    return rows.reshape(-1, width).astype(np.float64)


def rows(frames: Float[np.ndarray, "T D"]) -> Float32[np.ndarray, "T D"]:
    """Frames as they are stored."""
    return frames.astype(np.float32)


def scalar(mean: Columns, std: Columns) -> tuple[Columns, Columns]:
    """One mean and one deviation over all numbers, from those of the columns: E[x^2] - E[x]^2 (Lai et al. 2018)."""
    shift = mean.mean()
    scale = np.sqrt(np.mean(std**2 + (mean - shift) ** 2))
    return np.full_like(mean, shift), np.full_like(std, scale)


def coordinate(mean: Columns, std: Columns) -> tuple[Columns, Columns]:
    """Each column by its own; a constant one is shifted only."""
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
