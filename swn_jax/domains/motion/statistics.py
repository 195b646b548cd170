"""Statistics of motion: speeds, acceleration, foot skate and bone variation, in the units of the files."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.data.domain import known_rate
from swn_jax.data.statistics import Statistic
from swn_jax.domains.motion import kinematics
from swn_jax.domains.motion.features import GROUND
from swn_jax.domains.motion.feet import feet
from swn_jax.domains.motion.places import places
from swn_jax.domains.motion.skeleton import Skeleton

MOST = 20_000  # draws per statistic
NEAR = 0.01  # of the height of a figure: a foot that is at most this far above its lowest positions stands

Places = Float[np.ndarray, "_ J 3"]


def measure(rows: Sequence[np.ndarray], rate: float | None, extra: Mapping[str, Any]) -> dict[str, Statistic]:
    """Statistics of clips, over all joints, bones and times.

    "joint speed" and "acceleration" are norms of first and second differences of positions; "root speed" is horizontal;
    "foot skate" is the horizontal speed of a standing foot; "bone variation" is the relative deviation of a bone length
    within a clip, 0 for people.

    Args:
      rows: poses of each clip.
      rate: of the rows, Hz.
      extra: of the corpus: the skeleton and the pose "rest".
    Raises:
      SwnError: without a rate.
    """
    rate = known_rate("motion", rate)
    skeleton = Skeleton.from_json(extra["skeleton"])
    standing = feet(skeleton, places(np.array([extra["rest"]], np.float64), extra)[0])
    clips = [places(clip, extra) for clip in rows]
    steps = [rate * np.diff(clip, axis=0) for clip in clips]
    unit = "units/s"
    return {
        "joint speed": _draws([_size(step) for step in steps], unit),
        "root speed": _draws([_size(step[:, 0, GROUND]) for step in steps], unit),
        "acceleration": _draws([rate * _size(np.diff(step, axis=0)) for step in steps], "units/s^2"),
        "foot skate": _draws([rate * skate(clip, standing) for clip in clips], unit),
        "bone variation": _draws([_percent(kinematics.variation(skeleton, clip)) for clip in clips], "%"),
    }


def gap(
    real: Float[np.ndarray, "n D"], made: Float[np.ndarray, "n D"], rate: float | None, extra: Mapping[str, Any]
) -> Float[np.ndarray, " n"]:
    """The mean distance of the joints at each time, where the root goes included; `rate` unused."""
    return _size(places(made, extra) - places(real, extra)).mean(-1)


def skate(clip: Places, feet: list[int]) -> Float[np.ndarray, " n"]:
    """Horizontal steps per frame of each foot that stands in two consecutive frames."""
    near = NEAR * np.median(np.ptp(clip[..., 1], axis=1))
    height = clip[:, feet, 1]
    stands = height < np.quantile(height, 0.05, axis=0) + near
    level = _size(np.diff(clip[:, feet][..., GROUND], axis=0))
    return level[stands[1:] & stands[:-1]]


def _percent(values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    return np.round(100 * values, 6)  # less is rounding of the positions


def _size(vectors: Float[np.ndarray, "*n d"]) -> Float[np.ndarray, "*n"]:
    return np.linalg.norm(vectors, axis=-1)


def _draws(values: Sequence[np.ndarray], unit: str) -> Statistic:
    """All values, or a fixed random choice of MOST."""
    flat = np.concatenate([part.ravel() for part in values])
    if len(flat) > MOST:
        flat = np.random.RandomState(0).choice(flat, MOST, replace=False)
    return Statistic(flat, unit, "draws")
