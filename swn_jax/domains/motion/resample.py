"""Motion at another frame rate."""

import numpy as np
import scipy
from jaxtyping import Float

from swn_jax.domains.motion.channels import angles
from swn_jax.domains.motion.skeleton import Skeleton, is_position


def resampled(skeleton: Skeleton, motion: Float[np.ndarray, "T C"], step: float) -> Float[np.ndarray, "n C"]:
    """The channels every `step` frames, between frames too: rotations by slerp (Shoemake 1985), positions linearly.

    Joints with one or two axes keep to them: each angle goes the short way.
    """
    if len(motion) < 2:
        return motion
    old = np.arange(len(motion), dtype=np.float64)
    new = np.arange(0, old[-1] + 1e-6, step).clip(max=old[-1])
    columns: list[np.ndarray] = []
    for channels in skeleton.channels:
        part = motion[:, len(columns) : len(columns) + len(channels or ())]
        turns = [n for n, channel in enumerate(channels or ()) if not is_position(channel)]
        found = [np.interp(new, old, np.unwrap(x, period=360) if n in turns else x) for n, x in enumerate(part.T)]
        if len(turns) == 3:
            order = "".join((channels or ())[n][0] for n in turns)
            turned = scipy.spatial.transform.Rotation.from_euler(order, part[:, turns], degrees=True)
            between = scipy.spatial.transform.Slerp(old, turned)(new)
            for n, angle in zip(turns, angles(between.as_matrix(), order), strict=True):
                found[n] = angle
        columns += found
    return np.stack(columns, axis=-1)
