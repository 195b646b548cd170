"""The channels of a BVH file from the positions and rotations of joints against their parents."""

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion.bvh import Clip
from swn_jax.domains.motion.kinematics import rotation
from swn_jax.domains.motion.skeleton import PLACE, TURN, Skeleton, is_position


def clip(
    skeleton: Skeleton, local: Float[np.ndarray, "T J 3"], turns: Float[np.ndarray, "T J 3 3"], rate: float
) -> Clip:
    """The clip of a skeleton whose channels reach every pose (`capable`).

    Args:
      skeleton: of the file.
      local: position of each joint in the frame of its parent; of the root, in space.
      turns: rotation of each joint in the frame of its parent.
      rate: frames per second.
    """
    columns = []
    for j, channels in enumerate(skeleton.channels):
        order = "".join(channel[0] for channel in channels or () if not is_position(channel))
        degrees = dict(zip(order, angles(turns[:, j], order), strict=True)) if order else {}
        for channel in channels or ():
            columns.append(local[:, j, "XYZ".index(channel[0])] if is_position(channel) else degrees[channel[0]])
    return Clip(skeleton, np.stack(columns, -1), 1 / rate)


def angles(turn: Float[np.ndarray, "T 3 3"], order: str) -> Float[np.ndarray, "3 T"]:
    """Euler angles in degrees for an order such as "ZXY", R = R_1 R_2 R_3, without jumps over time.

    Each rotation has two triples, (a, b, c) and (a + 180, 180 - b, c + 180): the first is the nearer one to zero, each
    other the nearer one to that before it.
    """
    a, b, c = map("XYZ".index, order)
    sign = 1.0 if (b - a) % 3 == 1 else -1.0
    first = np.rad2deg(np.arctan2(-sign * turn[:, b, c], turn[:, c, c]))
    rest = rotation(a, -first) @ turn  # of the other two axes: defined even in gimbal lock
    second = np.rad2deg(np.arctan2(sign * rest[:, a, c], rest[:, c, c]))
    third = np.rad2deg(np.arctan2(sign * rest[:, b, a], rest[:, b, b]))
    one = np.stack([first, second, third])
    other = np.stack([first + 180.0, 180.0 - second, third + 180.0])
    before = np.hstack([np.zeros((3, 1)), one[:, :-1]])
    changes = (_way(other, before) < _way(one, before)).cumsum() % 2  # two others are as far apart as two ones
    return np.unwrap(np.where(changes, other, one), period=360.0, axis=1)


def _way(angles: Float[np.ndarray, "3 T"], others: Float[np.ndarray, "3 T"]) -> Float[np.ndarray, " T"]:
    """How far angles are from others, the short way around."""
    return np.abs((angles - others + 180.0) % 360.0 - 180.0).sum(0)


def capable(skeleton: Skeleton) -> Skeleton:
    """The skeleton with new channels for joints whose own do not allow every rotation, and positions where needed."""
    needed = (TURN if j and not loose else PLACE + TURN for j, loose in enumerate(skeleton.loose))
    return skeleton._replace(channels=tuple(map(_channels, skeleton.channels, needed)))


def _channels(found: tuple[str, ...] | None, needed: tuple[str, ...]) -> tuple[str, ...] | None:
    return found if found is None or set(found) >= set(needed) else needed
