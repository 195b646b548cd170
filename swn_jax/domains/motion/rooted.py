"""The skeleton that a corpus uses: it begins at the first joint that moves, and only joints that move have positions.

Editors put a joint above the hips that stands still (ROOT Armature in Blender), and write position channels for joints
that never leave their place; neither says anything about the body.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion.skeleton import PLACE, Skeleton, Triple, is_position

STILL = 1e-3  # of the extent of a body: a position that varies less stands still


class Rooted(NamedTuple):
    """A part of the skeleton of a file."""

    skeleton: Skeleton  # the root first; joints with position channels are loose, others keep their distance
    joints: tuple[int, ...]  # of the file, in the order of `skeleton`


def moving(file: Skeleton, motion: Float[np.ndarray, "T C"], extent: float) -> list[bool]:
    """Whether each joint moves by position channels of its own, against its parent.

    Args:
      file: the skeleton as it is written.
      motion: its channels over time.
      extent: of the body, in the unit of the file.
    """
    values = _positions(file, motion)
    return [bool(found.shape[1]) and bool((np.ptp(found, axis=0) > STILL * extent).any()) for found in values]


def rooted(file: Skeleton, motion: Float[np.ndarray, "T C"], loose: list[bool]) -> Rooted:
    """The skeleton of a file from the first joint that moves, without the joints above it; `loose` as `moving` finds.

    What else hangs on the joints above moves against the root in any way, so it hangs on the root and gets positions.
    """
    values = _positions(file, motion)
    root = loose.index(True) if any(loose) else 0
    above = _above(file, root)
    left_out = {j for j, parent in enumerate(file.parents) if file.channels[j] is None and parent in above} | above
    joints = (root, *(j for j in range(len(file.names)) if j != root and j not in left_out))
    place = {j: n for n, j in enumerate(joints)}
    hung = {j for j in joints if file.parents[j] in above}
    return Rooted(
        Skeleton(
            names=tuple(file.names[j] for j in joints),
            parents=(-1, *(place.get(file.parents[j], 0) for j in joints[1:])),
            offsets=tuple(_offset(file, j, values[j]) for j in joints),
            channels=tuple(_channels(file.channels[j], loose[j] or j == root, j in hung) for j in joints),
        ),
        joints,
    )


def movable(skeleton: Skeleton) -> bool:
    """Whether a joint below the first has positions, so that the root depends on what moves."""
    return any(is_position(channel) for channels in skeleton.channels[1:] for channel in channels or ())


def _above(file: Skeleton, joint: int) -> set[int]:
    found = set()
    while (joint := file.parents[joint]) >= 0:
        found.add(joint)
    return found


def _positions(file: Skeleton, motion: Float[np.ndarray, "T C"]) -> list[Float[np.ndarray, "T k"]]:
    """The position channels of each joint."""
    at = np.cumsum([0, *(len(channels or ()) for channels in file.channels)])
    columns = [[at[j] + n for n, c in enumerate(cs or ()) if is_position(c)] for j, cs in enumerate(file.channels)]
    return [motion[:, chosen] for chosen in columns]


def _offset(file: Skeleton, joint: int, values: Float[np.ndarray, "T k"]) -> Triple:
    """The offset, with each coordinate that has a channel as it is at first: the channel replaces it."""
    offset = list(file.offsets[joint])
    named = filter(is_position, file.channels[joint] or ())
    for channel, value in zip(named, values[0].tolist(), strict=True):
        offset["XYZ".index(channel[0])] = value
    x, y, z = offset
    return x, y, z


def _channels(found: tuple[str, ...] | None, loose: bool, hung: bool) -> tuple[str, ...] | None:
    if found is None or (loose and any(map(is_position, found))):
        return found
    return PLACE * hung + tuple(channel for channel in found if not is_position(channel))
