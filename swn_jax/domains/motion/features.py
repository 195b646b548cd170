"""Joint positions as features: the poses of Zhou et al. 2018 and the differences of Lai et al. 2018.

A pose is the position of the root, then the position of every other joint relative to it, times 0.01, with the mean x
and z of the root over the clip subtracted (y points up). n poses give n - 1 rows of either kind:
"differences": p[t + 1] - p[t] of all numbers;
"poses": p[t], except for the x and z of the root, which are p[t + 1] - p[t].
"""

import numpy as np
from jaxtyping import Float

KINDS = ("differences", "poses")
SCALE = 0.01
GROUND = [0, 2]  # the root's x and z


def poses(places: Float[np.ndarray, "n J 3"]) -> Float[np.ndarray, "n D"]:
    """Poses, D = 3J, of joints at `places` in the unit of the file, the root first."""
    relative = places - places[:, :1]
    relative[:, 0] = places[:, 0]
    relative[:, 0, GROUND] -= places[:, 0, GROUND].mean(0)
    return SCALE * relative.reshape(len(places), -1)


def places(poses: Float[np.ndarray, "n D"]) -> Float[np.ndarray, "n J 3"]:
    """Joint positions of `poses`: the inverse, up to the subtracted mean."""
    joints = poses.reshape(len(poses), -1, 3) / SCALE
    joints[:, 1:] += joints[:, :1]
    return joints


def encode(poses: Float[np.ndarray, "n D"], kind: str) -> Float[np.ndarray, "n-1 D"]:
    """Rows of the given kind."""
    steps = np.diff(poses, axis=0)
    if kind == "differences":
        return steps
    rows = poses[:-1].copy()
    rows[:, GROUND] = steps[:, GROUND]
    return rows


def decode(rows: Float[np.ndarray, "T D"], kind: str, start: Float[np.ndarray, " D"]) -> Float[np.ndarray, "n D"]:
    """The poses behind `rows`, beginning with the pose `start`: T + 1 of them for "differences", T for "poses".

    "poses" uses only the x and z of the root of `start`.
    """
    if kind == "differences":
        return np.cumsum(np.vstack([start, rows]), axis=0)
    poses = rows.copy()
    poses[:, GROUND] = np.cumsum(np.vstack([start[GROUND], rows[:-1, GROUND]]), axis=0)
    return poses
