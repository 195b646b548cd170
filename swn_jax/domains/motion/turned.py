"""Poses as the rotations of joints, so that bones keep their lengths whatever the numbers are.

A pose is x, y, z of the root times 0.01 (y points up), its heading in radians, and six numbers for the rotation of each
joint against its parent, of the root against its heading. A row of features has the step of the root to the next pose,
sideways and ahead in its own heading, in place of x and z, and the turn to it in place of the heading. n poses give
n - 1 rows.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import channels, kinematics, rotations
from swn_jax.domains.motion.bvh import Clip
from swn_jax.domains.motion.features import GROUND, SCALE
from swn_jax.domains.motion.feet import named
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError

KIND, PLANTED = KINDS = "rotations", "planted"  # of features that such poses have
HEADING, TURNS = 3, 4  # column of the heading, and the first of the rotations
STILL = 1e-3  # of the length of all bones: a joint that moves less against its parent only turns


def poses(
    places: Float[np.ndarray, "n J 3"], turned: Float[np.ndarray, "n J 3 3"], skeleton: Skeleton, where: str
) -> Float[np.ndarray, "n D"]:
    """The poses of a body, moved to the skeleton of the corpus: its steps are scaled with the length of the legs.

    Args:
      places: joint positions in the unit of the file, y upwards.
      turned: rotations of the joints in space.
      skeleton: of the corpus.
      where: the body comes from, for the error.
    Raises:
      SwnError: if a joint does more than turn against its parent.
    """
    above = list(skeleton.parents[1:])
    bones = np.einsum("njki,njk->nji", turned[:, above], places[:, 1:] - places[:, above])
    _check(bones, skeleton, where)
    size = reach(skeleton, np.array(skeleton.offsets[1:])) / reach(skeleton, bones[0])
    heading = rotations.heading(turned[:, 0])
    local = np.einsum("njki,njkl->njil", turned[:, above], turned[:, 1:])
    root = kinematics.rotation(1, -np.rad2deg(heading)) @ turned[:, 0]
    every = np.concatenate([root[:, None], local], axis=1)[:, _turning(skeleton)]
    six = rotations.numbers(every).reshape(len(places), -1)
    return np.hstack([SCALE * size * places[:, 0], np.unwrap(heading)[:, None], six])


def width(skeleton: Skeleton) -> int:
    """D, the numbers of a pose."""
    return TURNS + 6 * len(_turning(skeleton))


def places(poses: Float[np.ndarray, "n D"], skeleton: Skeleton) -> Float[np.ndarray, "n J 3"]:
    """The joint positions of poses, by forward kinematics."""
    turns, found = _turns(poses, skeleton), np.empty((len(poses), len(skeleton.names), 3))
    found[:, 0] = poses[:, :HEADING] / SCALE
    for j, parent in enumerate(skeleton.parents[1:], start=1):
        found[:, j] = found[:, parent] + turns[:, parent] @ np.array(skeleton.offsets[j])
        turns[:, j] = turns[:, parent] @ turns[:, j]
    return found


def clip(poses: Float[np.ndarray, "n D"], skeleton: Skeleton, rate: float) -> Clip:
    """Poses as a BVH clip: exact, whatever the numbers are."""
    local = np.broadcast_to(np.array(skeleton.offsets), (len(poses), len(skeleton.names), 3)).copy()
    local[:, 0] = poses[:, :HEADING] / SCALE
    return channels.clip(channels.capable(skeleton), local, _turns(poses, skeleton), rate)


def encode(poses: Float[np.ndarray, "n D"]) -> Float[np.ndarray, "n-1 D"]:
    """Rows of features."""
    rows, steps = poses[:-1].copy(), np.diff(poses, axis=0)
    rows[:, GROUND] = about(-rows[:, HEADING], steps[:, GROUND])
    rows[:, HEADING] = steps[:, HEADING]
    return rows


def decode(rows: Float[np.ndarray, "T D"], start: Float[np.ndarray, " D"]) -> Float[np.ndarray, "T D"]:
    """The poses behind `rows`, from the x, z and heading of the pose `start` on."""
    poses = rows.copy()
    poses[:, HEADING] = start[HEADING] + np.cumsum(rows[:, HEADING]) - rows[:, HEADING]
    steps = about(poses[:, HEADING], rows[:, GROUND])
    poses[:, GROUND] = start[GROUND] + np.cumsum(steps, axis=0) - steps
    return poses


def about(angle: Float[np.ndarray, " n"], ground: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
    """x and z turned about y."""
    sine, cosine = np.sin(angle), np.cos(angle)
    return np.stack([cosine * ground[:, 0] + sine * ground[:, 1], cosine * ground[:, 1] - sine * ground[:, 0]], -1)


def reach(skeleton: Skeleton, bones: Float[np.ndarray, "bones 3"]) -> float:
    """The length of the bones from the root to the feet, on average; to all end points where no joint is named so."""
    lengths = [0.0]
    for parent, length in zip(skeleton.parents[1:], np.linalg.norm(bones, axis=-1).tolist(), strict=True):
        lengths.append(lengths[parent] + length)
    ends = named(skeleton) or sorted(set(range(len(lengths))) - set(skeleton.parents))
    return max(float(np.mean([lengths[j] for j in ends])), 1e-9)


def _turns(poses: Float[np.ndarray, "n D"], skeleton: Skeleton) -> Float[np.ndarray, "n J 3 3"]:
    """The rotation of each joint against its parent; of the root, in space; of an end point, none."""
    turns = np.tile(np.eye(3), (len(poses), len(skeleton.names), 1, 1))
    turns[:, _turning(skeleton)] = rotations.matrices(poses[:, TURNS:].reshape(len(poses), -1, 6))
    turns[:, 0] = kinematics.rotation(1, np.rad2deg(poses[:, HEADING])) @ turns[:, 0]
    return turns


def _turning(skeleton: Skeleton) -> Sequence[int]:
    return [j for j, found in enumerate(skeleton.channels) if found is not None]


def _check(bones: Float[np.ndarray, "n bones 3"], skeleton: Skeleton, where: str) -> None:
    moves = np.ptp(bones, axis=0).max(-1)
    moving = moves > STILL * np.linalg.norm(bones[0], axis=-1).sum()
    if moving.any():
        name = skeleton.names[1 + int(moving.argmax())]
        raise SwnError(f"{where}: found {name} moving by its position, wanted joints that only turn where "
                       "features are rotations: prepare with --option=features=poses, or remove the file")  # fmt: skip
