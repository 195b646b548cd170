"""Joint positions from rows; for differences the first pose is estimated, as the rows do not contain it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import features
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError

HOLD = 0.01  # of the length of a bone: if it moves less, the rest pose decides
ROUNDS = 3  # iterations of rotating the rest pose to match the clip


def places(rows: Float[np.ndarray, "T D"], extra: Mapping[str, Any]) -> Float[np.ndarray, "n J 3"]:
    """Joint positions in the unit of the file, n = T for "poses", T + 1 for "differences"; the root starts at `rest`.

    Args:
      rows: features.
      extra: of the corpus: the skeleton, the kind of features and the pose "rest".
    Raises:
      SwnError: if a number is not finite.
    """
    if not np.isfinite(rows).all():
        raise SwnError("motion: found numbers that are not finite, wanted joint positions: train the model further")
    rows, rest = rows.astype(np.float64), np.array(extra["rest"], np.float64)
    if extra["features"] == "differences":
        rest = start(rows, Skeleton.from_json(extra["skeleton"]), rest)
    return features.places(features.decode(rows, extra["features"], rest))


def start(rows: Float[np.ndarray, "T D"], skeleton: Skeleton, rest: Float[np.ndarray, " D"]) -> Float[np.ndarray, " D"]:
    """The first pose of a clip of differences: the one that best keeps bone lengths constant; its root is from `rest`.

    A bone that is b at first and b + c[t] later keeps |b + c[t]|^2 if 2 b.(c[t] - mean c) = mean |c|^2 - |c[t]|^2,
    which is linear in b: solved by least squares, with a weight of HOLD on the rest pose, rotated to match the clip.
    The rest pose decides where a bone hardly moves, and for loose bones, which have no constant length.
    """
    parents, fixed = skeleton.parents, ~np.array(skeleton.loose[1:], bool)
    steps = np.vstack([np.zeros_like(rest), rows]).cumsum(axis=0).reshape(len(rows) + 1, -1, 3)
    still, change = _bones(rest.reshape(1, -1, 3), parents)[0], _bones(steps, parents)
    squares = (change**2).sum(-1)
    off = 2 * (change - change.mean(0)) * fixed[:, None]
    normal, wanted = np.einsum("tji,tjk->jik", off, off), np.einsum("tji,tj->ji", off, squares.mean(0) - squares)
    length = np.linalg.norm(still, axis=-1)
    weight = len(steps) * (HOLD * np.maximum(length, 0.1 * length.max(initial=1e-9)))[:, None] ** 2
    weight += 1e-12 * np.trace(normal, axis1=1, axis2=2)[:, None]  # for changes that all have one direction
    bones = held = still
    for _ in range(ROUNDS):
        bones = np.linalg.solve(normal + weight[..., None] * np.eye(3), (wanted + weight * held)[..., None])[..., 0]
        held = still @ nearest(bones.T @ still).T
    pose = rest.reshape(-1, 3).copy()
    for j, parent in enumerate(parents[1:], start=1):
        pose[j] = bones[j - 1] + (pose[parent] if parent else 0.0)
    return pose.reshape(-1)


def nearest(matrix: Float[np.ndarray, "*n 3 3"]) -> Float[np.ndarray, "*n 3 3"]:
    """The rotation R that maximises trace(R^T M): it best turns a into b for M = sum b a^T (Kabsch 1976)."""
    left, _, right = np.linalg.svd(matrix)
    left[..., 2] *= np.linalg.det(left @ right)[..., None]  # a rotation, not a reflection
    return left @ right


def _bones(relative: Float[np.ndarray, "n J 3"], parents: Sequence[int]) -> Float[np.ndarray, "n J-1 3"]:
    """The vectors from parent to joint, for joints relative to the root."""
    joints = relative.copy()
    joints[:, 0] = 0.0
    return joints[:, 1:] - joints[:, list(parents[1:])]
