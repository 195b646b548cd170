"""Gaits as parameters of feet, trunk and arms over one cycle of two steps."""

from typing import NamedTuple


class Gait(NamedTuple):
    """One gait at its usual speed. Lengths are relative to the leg, angles in degrees."""

    speed: float  # leg lengths per second
    cadence: float  # cycles per second
    duty: float  # fraction of the cycle in which a foot stands
    height: float  # of the hips, at most; the reach of the standing leg may lower them
    lift: float  # of the ankle in the swing
    lean: float
    arms: float  # swing to each side
    elbow: float
    strike: float = 12.0  # toes up where the foot lands
    push: float = 32.0  # heel up where it leaves
    dip: float = 0.0  # of the hips during support: running and jumping
    second: float = 0.5  # phase at which the right foot lands; the left one lands at 0
    spared: float = 0.0  # by which the right foot stands shorter
    nod: float = 0.0  # of the trunk over the left foot


GAITS = {
    "walk": Gait(1.45, 0.95, 0.62, 0.985, 0.07, 2, 22, 18),
    "run": Gait(3.0, 1.40, 0.36, 0.96, 0.26, 9, 38, 85, strike=4, push=42, dip=0.06),
    "limp": Gait(0.85, 0.80, 0.68, 0.97, 0.05, 6, 12, 25, strike=6, push=20, second=0.42, spared=0.2, nod=7),
    "sneak": Gait(0.65, 0.55, 0.68, 0.84, 0.17, 24, 10, 75, strike=2, push=25),
    "march": Gait(1.25, 1.00, 0.58, 0.985, 0.30, 0, 42, 6, strike=6, push=22),
    "gallop": Gait(2.3, 1.25, 0.42, 0.97, 0.20, 4, 26, 50, strike=6, push=38, dip=0.07, second=0.32),
}
