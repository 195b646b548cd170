"""Inverse kinematics: from joint positions to the angles of a BVH file."""

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import channels
from swn_jax.domains.motion.bvh import Clip
from swn_jax.domains.motion.integrate_poses import nearest
from swn_jax.domains.motion.kinematics import lengths
from swn_jax.domains.motion.skeleton import Skeleton, Triple

LEAST = 1e-8  # weight on no rotation, relative to the bones: chooses the smallest rotation where it is ambiguous


def fit(places: Float[np.ndarray, "T J 3"], skeleton: Skeleton, rate: float) -> Clip:
    """The clip whose bones point as those of `places`; a bone that is not loose has one length, its mean over time.

    Joints keep their channels if these allow every rotation (and for the root and loose joints every position), others
    get new ones.
    Args:
      places: joint positions, in the unit of the file.
      skeleton: its offsets are the directions of the bones without rotation; a bone of length 0 stays at 0.
      rate: frames per second.
    """
    skeleton = _capable(skeleton, places)
    loose, parents = skeleton.loose, skeleton.parents
    fixed = [[k for k, parent in enumerate(parents) if parent == j and not loose[k]] for j in range(len(parents))]
    turned: dict[int, np.ndarray] = {-1: np.broadcast_to(np.eye(3), (len(places), 3, 3))}
    local, turns = np.empty_like(places), np.empty((*places.shape, 3))
    for j, parent in enumerate(parents):
        found = (places[:, fixed[j]] - places[:, [j]]) @ turned[parent]  # row vectors: inverts the rotation
        turns[:, j] = _turn(np.array([skeleton.offsets[k] for k in fixed[j]]).reshape(-1, 3), found)
        turned[j] = turned[parent] @ turns[:, j]
        away = places[:, [j]] - (places[:, [parent]] if parent >= 0 else 0.0)
        local[:, j] = (away @ turned[parent])[:, 0]
    return channels.clip(skeleton, local, turns, rate)


def _turn(offsets: Float[np.ndarray, "k 3"], found: Float[np.ndarray, "T k 3"]) -> Float[np.ndarray, "T 3 3"]:
    """The rotations that turn `offsets` into the directions `found`, weighted by length."""
    weight = LEAST * (offsets**2).sum() + 1e-300
    return nearest(np.einsum("tki,kj->tij", found, offsets) + weight * np.eye(3))


def _capable(skeleton: Skeleton, places: Float[np.ndarray, "T J 3"]) -> Skeleton:
    """The skeleton with offsets as long as the bones of `places`, and channels that reach every pose."""
    offsets: list[Triple] = [skeleton.offsets[0]]
    for offset, length in zip(skeleton.offsets[1:], lengths(skeleton.parents, places).mean(0), strict=True):
        x, y, z = np.array(offset) * (length / max(float(np.linalg.norm(offset)), 1e-9))
        offsets.append((float(x), float(y), float(z)))
    return channels.capable(skeleton._replace(offsets=tuple(offsets)))
