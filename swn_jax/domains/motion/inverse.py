"""Inverse kinematics: from joint positions to the angles of a BVH file."""

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion.bvh import Clip
from swn_jax.domains.motion.integrate_poses import nearest
from swn_jax.domains.motion.kinematics import lengths, rotation
from swn_jax.domains.motion.skeleton import PLACE, TURN, Skeleton, Triple, is_position

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
    columns = []
    for j, (_, parent, _, channels) in enumerate(zip(*skeleton, strict=True)):
        found = (places[:, fixed[j]] - places[:, [j]]) @ turned[parent]  # row vectors: inverts the rotation
        turn = _turn(np.array([skeleton.offsets[k] for k in fixed[j]]).reshape(-1, 3), found)
        turned[j] = turned[parent] @ turn
        order = "".join(channel[0] for channel in channels or () if not is_position(channel))
        degrees = dict(zip(order, angles(turn, order), strict=True)) if order else {}
        place = places[:, 0] if parent < 0 else ((places[:, [j]] - places[:, [parent]]) @ turned[parent])[:, 0]
        for channel in channels or ():
            columns.append(place[:, "XYZ".index(channel[0])] if is_position(channel) else degrees[channel[0]])
    return Clip(skeleton, np.stack(columns, -1), 1 / rate)


def angles(turn: Float[np.ndarray, "T 3 3"], order: str) -> Float[np.ndarray, "3 T"]:
    """Euler angles in degrees for an order such as "ZXY", R = R_1 R_2 R_3, without jumps over time."""
    a, b, c = map("XYZ".index, order)
    sign = 1.0 if (b - a) % 3 == 1 else -1.0
    first = np.rad2deg(np.arctan2(-sign * turn[:, b, c], turn[:, c, c]))
    rest = rotation(a, -first) @ turn  # of the other two axes: defined even in gimbal lock
    second = np.rad2deg(np.arctan2(sign * rest[:, a, c], rest[:, c, c]))
    third = np.rad2deg(np.arctan2(sign * rest[:, b, a], rest[:, b, b]))
    return np.unwrap([first, second, third], period=360.0, axis=1)


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
    needed = (TURN if j and not loose else PLACE + TURN for j, loose in enumerate(skeleton.loose))
    channels = map(_channels, skeleton.channels, needed)
    return skeleton._replace(offsets=tuple(offsets), channels=tuple(channels))


def _channels(found: tuple[str, ...] | None, needed: tuple[str, ...]) -> tuple[str, ...] | None:
    return found if found is None or set(found) >= set(needed) else needed
