"""Joint angles of the whole body: legs from hips to ankles, trunk and arms that balance them."""

import numpy as np
import scipy
from jaxtyping import Float
from numpy.random import RandomState

from swn_jax.domains.motion.kinematics import rotation
from swn_jax.domains.motion.synthetic.feet import Foot, foot
from swn_jax.domains.motion.synthetic.gaits import Gait
from swn_jax.domains.motion.synthetic.person import SIDES, Person
from swn_jax.domains.motion.synthetic.way import MARGIN, Track, Way, smooth, wander, way

REACH = 0.985  # of the leg length, so that a knee never locks
SOFT = 3  # frames over which the hips are lowered smoothly

Angles = Float[np.ndarray, "n 3"]  # degrees, in the order of a joint's channels


def motion(person: Person, gait: Gait, frames: int, random: RandomState) -> Float[np.ndarray, "T C"]:
    """The channels of `person.skeleton` for `frames` frames at 30 per second."""
    path = way(person, gait, frames, random)
    feet = {side: foot(person, gait, path, sign) for side, sign in SIDES.items()}
    lean = (person.lean + gait.lean) * (0.4 + 0.6 * np.minimum(1, path.effort))
    sway = {side: np.minimum(1, 2 * path.effort) * np.cos(2 * np.pi * feet[side].cycle) for side in SIDES}
    hips, turn = _hips(person, gait, path, feet, sway, lean)
    place = np.stack([hips[:, 0], _height(person, gait, path, feet, hips, turn), hips[:, 1]], -1)
    parts = [place, turn]
    for side, sign in SIDES.items():
        parts += _leg(person, place, turn, feet[side], sign)
    parts += _trunk(gait, turn, feet["Left"], lean, path, random)
    for side, sign in SIDES.items():
        parts += _arm(person, gait, sway[side], lean, sign, random)
    return np.hstack(parts)[MARGIN : MARGIN + frames]


def _matrix(turn: Angles) -> Float[np.ndarray, "n 3 3"]:
    """The rotation of the hips: heading, then tilt, then roll."""
    return rotation(1, turn[:, 0]) @ rotation(0, turn[:, 1]) @ rotation(2, turn[:, 2])


def _hips(
    person: Person, gait: Gait, path: Way, feet: dict[str, Foot], sway: dict[str, Track], lean: Track
) -> tuple[Float[np.ndarray, "n 2"], Angles]:
    """Ground position of the hips, over the supporting foot, and their rotation with the steps."""
    zest = np.minimum(1, 2 * path.effort)
    over = zest * np.sin(2 * np.pi * feet["Left"].cycle + np.pi * (0.5 - gait.duty))  # largest in mid-stance
    beside = np.deg2rad(path.heading)
    aside = np.stack([np.cos(beside), -np.sin(beside)], -1)
    heading = path.heading - 3.0 * (sway["Left"] - sway["Right"])  # the hip of the leading leg is in front
    return path.place + 0.3 * person.width * over[:, None] * aside, np.stack([heading, 0.15 * lean, 2.5 * over], -1)


def _height(
    person: Person,
    gait: Gait,
    path: Way,
    feet: dict[str, Foot],
    hips: Float[np.ndarray, "n 2"],
    turn: Angles,
) -> Track:
    """The height of the hips: that of the gait, but never above the reach of a standing leg.

    The minimum over +-SOFT frames, averaged over +-SOFT frames, is nowhere above the original.
    """
    wanted = person.ankle + gait.height * person.leg + 0 * path.phase
    for side, sign in SIDES.items():
        duty = gait.duty if sign > 0 else gait.duty - gait.spared
        bearing = np.where(feet[side].stands, np.sin(np.pi * feet[side].cycle / duty) ** 2, 0)
        wanted -= gait.dip * person.leg * np.minimum(1, path.effort) * bearing
    for side, sign in SIDES.items():
        joint = _matrix(turn) @ np.array([sign * person.hips, 0, 0])
        apart = feet[side].ankle[:, [0, 2]] - hips - joint[:, [0, 2]]
        reach = np.sqrt(np.maximum((REACH * person.leg) ** 2 - np.square(apart).sum(-1), 0))
        most = feet[side].ankle[:, 1] + reach - joint[:, 1]
        wanted = np.where(feet[side].stands, np.minimum(wanted, most), wanted)
    return smooth(scipy.ndimage.minimum_filter1d(wanted, 2 * SOFT + 1, mode="nearest"), SOFT)


def _leg(person: Person, place: Float[np.ndarray, "n 3"], turn: Angles, foot: Foot, sign: float) -> list[Angles]:
    """Angles of hip, knee, ankle and toes, by the law of cosines."""
    hips = _matrix(turn)
    way = foot.ankle - place - hips @ np.array([sign * person.hips, 0, 0])
    x, y, z = np.einsum("nji,nj->in", hips, way)  # relative to the hips
    far = np.minimum(np.sqrt(x**2 + y**2 + z**2), 0.998 * person.leg)
    cosine = (person.thigh**2 + person.shank**2 - far**2) / (2 * person.thigh * person.shank)
    knee = np.pi - np.arccos(np.clip(cosine, -1, 1))
    behind = np.arctan2(person.shank * np.sin(knee), person.thigh + person.shank * np.cos(knee))
    aside = np.rad2deg(np.arctan2(x, -y))
    back = np.rad2deg(np.arctan2(-z, np.hypot(x, y)) - behind)
    bent, none = np.rad2deg(knee), np.zeros_like(knee)
    shank = hips @ rotation(2, aside) @ rotation(0, back + bent)
    wanted = rotation(1, foot.yaw) @ rotation(0, -foot.pitch)
    turned = scipy.spatial.transform.Rotation.from_matrix(np.swapaxes(shank, 1, 2) @ wanted)
    ankle = turned.as_euler("ZXY", degrees=True)
    return [_angles(aside, back, none), _angles(none, bent, none), ankle, _angles(none, -foot.toes, none)]


def _trunk(gait: Gait, turn: Angles, left: Foot, lean: Track, path: Way, random: RandomState) -> list[Angles]:
    """Angles of trunk and head: the trunk leans and turns against the hips, the head looks ahead and around."""
    twist = turn[:, 0] - path.heading
    nod = gait.nod * np.minimum(1, path.effort) * np.cos(2 * np.pi * (left.cycle - 0.5 * gait.duty))
    idle = [wander(random, len(lean), 1.5) for _ in range(4)]
    spine = _angles(-turn[:, 2] - nod + idle[0], lean + 1.5 * idle[1], -2.0 * twist)
    head = _angles(0.5 * nod, -0.8 * lean + 4 * idle[2], twist + 10 * idle[3])
    return [spine, head]


def _arm(person: Person, gait: Gait, sway: Track, lean: Track, sign: float, random: RandomState) -> list[Angles]:
    """Angles of one arm: it swings against the leg and bends more in front."""
    idle = [wander(random, len(lean), 1.2) for _ in range(2)]
    back = person.swing * gait.arms * sway
    shoulder = _angles(np.full_like(back, 8.0 * sign) + 2 * idle[0], back - 0.7 * lean + 3 * idle[1], 0 * back)
    elbow = np.maximum(gait.elbow + 8 * idle[0] - 0.35 * back, 2.0)
    return [shoulder, _angles(0 * elbow, -elbow, 0 * elbow)]


def _angles(z: Track, x: Track, y: Track) -> Angles:
    return np.stack([z, x, y], -1)
