"""A person: bone lengths and walking habits."""

from typing import NamedTuple

from numpy.random import RandomState

from swn_jax.domains.motion.skeleton import Skeleton, Triple

BALL = 2.0  # of the foot: its joint's height above the ground, centimetres
SIDES = {"Left": 1.0, "Right": -1.0}  # the sign of x; people look along z, y points up


class Person(NamedTuple):
    """Lengths in centimetres, habits relative to a gait's usual values."""

    thigh: float
    shank: float
    ankle: float  # above the ground
    foot: float  # from ankle to ball
    hips: float  # from the middle to a hip joint
    trunk: float
    head: float
    shoulders: float
    upper_arm: float
    forearm: float
    tempo: float
    stride: float
    swing: float  # of the arms
    lean: float  # degrees
    width: float  # from the middle to a footprint
    splay: float  # degrees, toes outwards

    @property
    def leg(self) -> float:
        return self.thigh + self.shank


def person(random: RandomState) -> Person:
    """A random person."""
    leg, build = random.uniform(74, 92), random.uniform(0.92, 1.1)
    knee = random.uniform(0.49, 0.53)
    return Person(
        thigh=knee * leg,
        shank=(1 - knee) * leg,
        ankle=8.0,
        foot=0.16 * leg * random.uniform(0.95, 1.1),
        hips=9.0 * build,
        trunk=0.55 * leg * random.uniform(0.93, 1.07),
        head=0.3 * leg,
        shoulders=18.0 * build,
        upper_arm=0.34 * leg * random.uniform(0.95, 1.05),
        forearm=0.36 * leg * random.uniform(0.95, 1.05),
        tempo=random.uniform(0.88, 1.12),
        stride=random.uniform(0.88, 1.08),
        swing=random.uniform(0.5, 1.4),
        lean=random.uniform(-3, 6),
        width=random.uniform(4, 10),
        splay=random.uniform(0, 14),
    )


def skeleton(person: Person) -> Skeleton:
    """Twenty joints and end points; without rotation the person stands with hanging arms."""
    turns = ("Zrotation", "Xrotation", "Yrotation")
    root = ("Xposition", "Yposition", "Zposition", "Yrotation", "Xrotation", "Zrotation")
    joints: list[tuple[str, str, Triple, tuple[str, ...] | None]] = [("Hips", "", (0.0, 0.0, 0.0), root)]
    for side, sign in SIDES.items():
        joints += [
            (f"{side}UpLeg", "Hips", (sign * person.hips, 0.0, 0.0), turns),
            (f"{side}Leg", f"{side}UpLeg", (0.0, -person.thigh, 0.0), turns),
            (f"{side}Foot", f"{side}Leg", (0.0, -person.shank, 0.0), turns),
            (f"{side}Toe", f"{side}Foot", (0.0, BALL - person.ankle, person.foot), turns),
            (f"{side}Toe_end", f"{side}Toe", (0.0, 0.0, 0.35 * person.foot), None),
        ]
    joints += [
        ("Spine", "Hips", (0.0, 6.0, 0.0), turns),
        ("Head", "Spine", (0.0, person.trunk, 0.0), turns),
        ("Head_end", "Head", (0.0, person.head, 0.0), None),
    ]
    for side, sign in SIDES.items():
        joints += [
            (f"{side}Arm", "Spine", (sign * person.shoulders, 0.92 * person.trunk, 0.0), turns),
            (f"{side}ForeArm", f"{side}Arm", (0.0, -person.upper_arm, 0.0), turns),
            (f"{side}ForeArm_end", f"{side}ForeArm", (0.0, -person.forearm, 0.0), None),
        ]
    names = [name for name, *_ in joints]
    return Skeleton(
        names=tuple(names),
        parents=tuple(names.index(parent) if parent else -1 for _, parent, _, _ in joints),
        offsets=tuple(offset for *_, offset, _ in joints),
        channels=tuple(channels for *_, channels in joints),
    )
