"""Poses from frames; where the first pose is not known, it is estimated from differences."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import features, planted, turned
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError

HOLD = 0.01  # of the length of a bone: if it moves less, the rest pose decides
ROUNDS = 3  # iterations of rotating the rest pose to match the clip


def poses(
    frames: Float[np.ndarray, "T D"], extra: Mapping[str, Any], first: Float[np.ndarray, " D"] | None = None
) -> Float[np.ndarray, "n D"]:
    """The poses behind frames, n = T + 1 for "differences", T for others.

    Args:
      frames: features.
      extra: of the corpus: the skeleton, the kind of features and the pose "rest".
      first: the pose that they start from; None for an estimate whose root is that of "rest".
    Raises:
      SwnError: if a number is not finite.
    """
    if not np.isfinite(frames).all():
        raise SwnError("motion: found numbers that are not finite, wanted joint positions: train the model further")
    kind = extra["features"]
    if first is None:
        first = np.array(extra["rest"], np.float64)
        if kind == "differences":
            first = start(frames, Skeleton.from_json(extra["skeleton"]), first)
    if kind == planted.KIND:
        return planted.decode(frames, first, extra)
    if kind == turned.KIND:
        return turned.decode(frames, first)
    return features.decode(frames, kind, first)


def start(
    frames: Float[np.ndarray, "T D"], skeleton: Skeleton, rest: Float[np.ndarray, " D"]
) -> Float[np.ndarray, " D"]:
    """The first pose of a clip of differences: the one that best keeps bone lengths constant; its root is from `rest`.

    A bone that is b at first and b + c[t] later keeps |b + c[t]|^2 if 2 b.(c[t] - mean c) = mean |c|^2 - |c[t]|^2,
    which is linear in b: solved by least squares, with a weight of HOLD on the rest pose, rotated to match the clip.
    The rest pose decides where a bone hardly moves, and for loose bones, which have no constant length.
    """
    parents, fixed = skeleton.parents, ~np.array(skeleton.loose[1:], bool)
    steps = np.vstack([np.zeros_like(rest), frames]).cumsum(axis=0).reshape(len(frames) + 1, -1, 3)
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
