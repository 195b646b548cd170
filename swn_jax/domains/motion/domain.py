"""The motion domain: poses on disk, differences or poses for the model; scaled together or per column."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.data.domain import Domain
from swn_jax.domains.motion import features, files, integrate_poses, planted, statistics, turned
from swn_jax.domains.motion.plots import draw

Columns = Float[np.ndarray, " D"]
SMALLEST = 1e-6  # of the largest deviation: a column that varies less is constant up to rounding


def frames(poses: Float[np.ndarray, "n D"], width: int, extra: Mapping[str, Any]) -> Float[np.ndarray, "T {width}"]:
    """Features of the kind in `extra`, in the precision that models read: one frame fewer than poses."""
    kind, poses = extra["features"], poses.reshape(-1, width)
    if kind == planted.KIND:
        rows = planted.encode(poses, extra)
    elif kind == turned.KIND:
        rows = turned.encode(poses)
    else:
        rows = features.encode(poses, kind)
    return rows.astype(np.float32).astype(np.float64)


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
    dtype=np.float64,
    shape=(None,),
    frames=frames,
    rows=integrate_poses.poses,
    overlap=1,
    given=1,
    joined=False,
    scalings={"scalar": scalar, "coordinate": coordinate},
    draw=draw,
    preview_frames=120,
    write=files.write,
    measure=statistics.measure,
    gap=statistics.gap,
    gap_unit="units",
    begun=True,
)
