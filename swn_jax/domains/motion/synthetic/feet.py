"""Foot movement: planted while supporting, swung from one footprint to the next."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from swn_jax.domains.motion.kinematics import rotation
from swn_jax.domains.motion.synthetic.gaits import Gait
from swn_jax.domains.motion.synthetic.person import BALL, Person
from swn_jax.domains.motion.synthetic.way import Track, Way

HEEL = 5.0  # centimetres behind the ankle


class Foot(NamedTuple):
    """One foot over time."""

    ankle: Float[np.ndarray, "n 3"]  # centimetres
    yaw: Track  # degrees
    pitch: Track  # degrees, toes up
    toes: Track  # degrees, upward bend of the toes against the foot
    stands: Bool[np.ndarray, " n"]
    cycle: Track  # 0 where the foot lands, 1 where it lands again


def foot(person: Person, gait: Gait, way: Way, sign: float) -> Foot:
    """The left (`sign` 1) or right (-1) foot of a person along a path."""
    late, duty = (0.0, gait.duty) if sign > 0 else (gait.second, gait.duty - gait.spared)
    number, cycle = np.divmod(way.phase - late, 1.0)
    swing = np.clip((cycle - duty) / (1 - duty), 0, 1)
    ease = swing**3 * (10 - 15 * swing + 6 * swing**2)  # starts and ends without a jerk
    before, here, there = (_print(person, way, late + number + n + duty / 2, sign) for n in (-1, 0, 1))
    ground = here + ease[:, None] * (there - here)
    came, goes = _zest(person, here - before), _zest(person, there - here)
    pitch = _pitch(gait, cycle / duty, swing, came, goes)
    lift = goes * gait.lift * person.leg * np.sin(np.pi * swing) ** 2
    yaw = ground[:, 2]
    ankle = np.einsum("nij,nj->ni", rotation(1, yaw), _roll(person, pitch))
    ankle += np.stack([ground[:, 0], lift, ground[:, 1]], -1)
    toes = np.maximum(-pitch, 0) * (0.5 + 0.5 * np.cos(np.pi * swing))
    return Foot(ankle, yaw, pitch, toes, swing == 0, cycle)


def _print(person: Person, way: Way, phase: Track, sign: float) -> Float[np.ndarray, "n 3"]:
    """Footprints (x, z, yaw): below the hips in the middle of the stance, beside the path."""
    frames = np.arange(len(way.phase))
    at = np.interp(phase, way.phase, frames)
    x, z, heading = (np.interp(at, frames, track) for track in (*way.place.T, way.heading))
    left = np.deg2rad(heading)
    beside = sign * person.width
    return np.stack([x + beside * np.cos(left), z - beside * np.sin(left), heading + sign * person.splay], -1)


def _zest(person: Person, step: Float[np.ndarray, "n 3"]) -> Track:
    """Scale of lift and roll for a step: 0 for none, 1 from about a third of a leg length on."""
    return np.sqrt(np.minimum(1, np.hypot(step[:, 0], step[:, 1]) / (0.3 * person.leg)))


def _pitch(gait: Gait, stance: Track, swing: Track, came: Track, goes: Track) -> Track:
    """Pitch of the foot: toes up, flat, heel up while standing, and back in the swing; scaled by the step size."""
    landing = gait.strike * (0.5 + 0.5 * np.cos(np.pi * np.clip(stance / 0.18, 0, 1)))
    leaving = gait.push * (0.5 - 0.5 * np.cos(np.pi * np.clip((stance - 0.6) / 0.4, 0, 1)))
    back = (gait.push + gait.strike) * (0.5 - 0.5 * np.cos(np.pi * swing)) - gait.push
    return np.where(swing > 0, goes * back, came * landing - goes * leaving)


def _roll(person: Person, pitch: Track) -> Float[np.ndarray, "n 3"]:
    """The ankle relative to its footprint after the foot has rolled over its heel or its ball."""
    ankle = np.array([0.0, person.ankle, 0.0])
    pivot = np.where(pitch[:, None] > 0, [0.0, 0.0, -HEEL], [0.0, BALL, person.foot])
    return pivot + np.einsum("nij,nj->ni", rotation(0, -pitch), ankle - pivot)
