"""Forward kinematics: from joint angles to joint positions."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion.skeleton import Skeleton, is_position


def rotation(axis: int, degrees: Float[np.ndarray, " T"]) -> Float[np.ndarray, "T 3 3"]:
    """Right-handed rotations about x (0), y (1) or z (2), as matrices for column vectors."""
    angle = np.deg2rad(degrees)
    matrix = np.zeros((len(angle), 3, 3))
    matrix[:, axis, axis] = 1.0
    first, second = (axis + 1) % 3, (axis + 2) % 3
    matrix[:, first, first] = matrix[:, second, second] = np.cos(angle)
    matrix[:, second, first] = np.sin(angle)
    matrix[:, first, second] = -matrix[:, second, first]
    return matrix


def positions(skeleton: Skeleton, motion: Float[np.ndarray, "T C"]) -> Float[np.ndarray, "T J 3"]:
    """Positions of joints and end points."""
    return posed(skeleton, motion)[0]


def posed(
    skeleton: Skeleton, motion: Float[np.ndarray, "T C"]
) -> tuple[Float[np.ndarray, "T J 3"], Float[np.ndarray, "T J 3 3"]]:
    """Positions and rotations of joints and end points: p_j = p_parent + R_parent o_j and R_j = R_parent R_c1 R_c2 ...

    The rotations c1, c2, ... of a joint are in the order of its channels, so the last one is applied first. A position
    channel replaces that coordinate of the offset o_j.
    """
    frames = len(motion)
    place = np.empty((frames, len(skeleton.names), 3))
    turned: dict[int, np.ndarray] = {-1: np.broadcast_to(np.eye(3), (frames, 3, 3))}
    column = 0
    for j, (_, parent, offset, channels) in enumerate(zip(*skeleton, strict=True)):
        local, turn = np.tile(offset, (frames, 1)), turned[parent]
        for channel in channels or ():
            axis = "XYZ".index(channel[0])
            if is_position(channel):
                local[:, axis] = motion[:, column]
            else:
                turn = turn @ rotation(axis, motion[:, column])
            column += 1
        start = place[:, parent] if parent >= 0 else 0.0
        place[:, j] = start + np.einsum("tij,tj->ti", turned[parent], local)
        turned[j] = turn
    return place, np.stack([turned[j] for j in range(len(skeleton.names))], axis=1)


def lengths(parents: Sequence[int], places: Float[np.ndarray, "T J 3"]) -> Float[np.ndarray, "T J-1"]:
    """Bone lengths over time, in the unit of `places`: the distance of each joint from its parent."""
    return np.linalg.norm(places[:, 1:] - places[:, list(parents[1:])], axis=-1)


def variation(skeleton: Skeleton, places: Float[np.ndarray, "T J 3"]) -> Float[np.ndarray, " bones"]:
    """Relative deviation of each bone length over time; loose bones, and those of length 0, are left out."""
    found = lengths(skeleton.parents, places)
    mean = found.mean(0)
    some = (mean > 1e-6 * mean.max(initial=0.0)) & ~np.array(skeleton.loose[1:], bool)
    return found.std(0)[some] / mean[some]
