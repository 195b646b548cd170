"""The path over the ground: speed, heading and phase of the step cycle over time."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState

from swn_jax.domains.motion.synthetic.gaits import Gait
from swn_jax.domains.motion.synthetic.person import Person

FPS = 30
MARGIN = 90  # frames before and after the take, so that its first and last steps are complete

Track = Float[np.ndarray, " n"]


class Way(NamedTuple):
    """The path below the middle of the hips, lengths in centimetres, angles in degrees."""

    phase: Track  # in cycles of two steps
    effort: Track  # 0 when standing, 1 at the usual speed
    heading: Track  # 0 looks along z, 90 along x
    place: Float[np.ndarray, "n 2"]  # x, z


def smooth(values: Track, frames: int) -> Track:
    """`values` averaged with a Hann window of +-`frames`."""
    bell = np.hanning(2 * frames + 3)[1:-1]
    padded = np.pad(values, frames, mode="edge")
    return np.convolve(padded, bell / bell.sum(), mode="valid")


def wander(random: RandomState, frames: int, seconds: float) -> Track:
    """A slow random curve within +-1 with a knot every `seconds` seconds."""
    knots = np.arange(0, frames + 2 * seconds * FPS, seconds * FPS)
    return smooth(np.interp(np.arange(frames), knots, random.uniform(-1, 1, len(knots))), int(seconds * FPS / 3))


def way(person: Person, gait: Gait, frames: int, random: RandomState) -> Way:
    """A random path: start standing or walking, change speed, turn, and stop or walk on; `frames` plus both margins."""
    n = frames + 2 * MARGIN
    begin, change = random.uniform(0.05, 0.15), random.uniform(0.35, 0.65)
    first, last = random.rand() < 0.6, random.rand() < 0.5  # starts from standing, ends standing
    pace = random.uniform(0.75, 1.15, 2)
    knots = np.array([0, begin, begin + 0.1, change, change + 0.1, 0.85, 0.93, 1])
    levels = [pace[0] * (not first)] * 2 + [pace[0]] * 2 + [pace[1]] * 2 + [pace[1] * (not last)] * 2
    effort = smooth(np.interp(np.arange(n), MARGIN + knots * frames, levels), 8)
    cadence = person.tempo * gait.cadence * (0.5 + 0.5 * effort)
    speed = person.tempo * person.stride * gait.speed * person.leg * effort
    turning = random.uniform(5, 45) * wander(random, n, 2.5) * np.minimum(1, 2 * effort)  # degrees per second
    heading = random.uniform(0, 360) + np.cumsum(turning) / FPS
    along = np.stack([np.sin(np.deg2rad(heading)), np.cos(np.deg2rad(heading))], -1)
    return Way(random.rand() + np.cumsum(cadence) / FPS, effort, heading, np.cumsum(speed[:, None] * along, 0) / FPS)
