"""Rotations with the step of the foot that stands, in place of that of the root.

While a foot is planted these numbers are about 0, whatever the legs do: the root goes as far as the legs carry it, and
noise on their rotations moves the body rather than the foot.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import turned
from swn_jax.domains.motion.features import GROUND, SCALE
from swn_jax.domains.motion.feet import feet
from swn_jax.domains.motion.skeleton import Skeleton

KIND = turned.PLANTED
NEAR = 0.01  # of the height of a figure: a foot that is so much higher than another stands less by a factor of e


def encode(poses: Float[np.ndarray, "n D"], extra: Mapping[str, Any]) -> Float[np.ndarray, "n-1 D"]:
    """Rows of features: of the sum over feet of w (step of the foot), w ~ exp(-height / (0.01 height of the figure)).

    The heights are those before the step. It is sideways and ahead in the heading of the root, times 0.01.
    """
    rows = turned.encode(poses)
    rows[:, GROUND] += _away(poses, extra)
    return rows


def decode(
    rows: Float[np.ndarray, "T D"], start: Float[np.ndarray, " D"], extra: Mapping[str, Any]
) -> Float[np.ndarray, "T D"]:
    """The poses behind `rows`, from the x, z and heading of the pose `start` on: exactly those that were encoded."""
    rows = rows.copy()
    rows[:-1, GROUND] -= _away(turned.decode(rows, start), extra)
    return turned.decode(rows, start)


def _away(poses: Float[np.ndarray, "n D"], extra: Mapping[str, Any]) -> Float[np.ndarray, "n-1 2"]:
    """The step of the standing foot seen from the root, wherever that is."""
    skeleton = Skeleton.from_json(extra["skeleton"])
    rest = turned.places(np.array([extra["rest"]], np.float64), skeleton)[0]
    joints = turned.places(poses, skeleton)
    places = joints[:, feet(skeleton, rest)]
    height = places[:-1, :, 1] - places[:-1, :, 1].min(-1, keepdims=True)
    weights = np.exp(-height / (NEAR * max(np.ptp(rest[:, 1]), 1e-9)))  # of a body that lies flat the lowest alone
    weights /= weights.sum(-1, keepdims=True)
    steps = np.diff((places - joints[:, :1])[..., GROUND], axis=0)
    return turned.about(-poses[:-1, turned.HEADING], SCALE * np.einsum("nf,nfd->nd", weights, steps))
