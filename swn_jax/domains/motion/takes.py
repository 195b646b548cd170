"""From one recording to its poses: trimmed, subsampled to the wanted rate, and of the common skeleton."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import bvh, features, kinematics
from swn_jax.domains.motion.bvh_folder import Entry
from swn_jax.domains.motion.rooted import Rooted, movable, moving, rooted
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError, unknown


class Settings(NamedTuple):
    """How recordings become rows."""

    features: str  # one of features.KINDS
    fps: float  # rows per second
    edge: int  # frames of the file dropped at both ends
    recorded: Mapping[str, float]  # folder -> frames per second, overrides its files; "" for all folders


class Model(NamedTuple):
    """The skeleton of all takes, and the one that it is taken from."""

    where: str  # the take
    file: Skeleton  # as that take has it
    rooted: Rooted
    rest: Float[np.ndarray, " D"]  # its first pose


def settings(kind: str, fps: int | float, edge: int | float, recorded: str, groups: Collection[str]) -> Settings:
    """The checked options of the corpus; raises SwnError for an impossible one, or a folder not in `groups`."""
    if kind not in features.KINDS:
        raise unknown("kind of features", kind, features.KINDS)
    if not 0 < fps < 1e4:
        raise SwnError(f"fps: found {fps}, wanted frames per second above 0: change fps")
    if not (edge >= 0 and edge % 1 == 0):
        raise SwnError(f"edge: found {edge}, wanted a whole number of frames, 0 or more: change edge")
    return Settings(kind, float(fps), int(edge), _rates(recorded, groups))


def _rates(recorded: str, groups: Collection[str]) -> dict[str, float]:
    """The rates by folder in a text as `salsa=60,indian=120`, or `60` for all folders."""
    rates = {}
    for part in filter(None, str(recorded).replace(" ", "").split(",")):
        group, _, number = part.rpartition("=")
        try:
            rate = float(number)
        except ValueError:
            rate = 0.0
        if not 0 < rate < 1e6 or group in rates:
            raise SwnError(f"recorded: found {part}, wanted `folder=FPS`, each folder once: change recorded")
        if group and group not in groups:
            raise unknown("folder of recordings", group, groups)
        rates[group] = rate
    return rates


def step(found: float, wanted: float, name: str) -> int:
    """The subsampling factor; raises SwnError unless it is within one percent of a whole number."""
    ratio = found / wanted
    if not 0.5 < ratio < 1e6 or abs(ratio - round(ratio)) > 0.01 * ratio:
        remedy = "choose an fps that divides it, or set recorded to the true rate"
        raise SwnError(f"{name}: found {found:g} frames per second, wanted a multiple of {wanted:g}: {remedy}")
    return round(ratio)


def clip(entry: Entry, how: Settings) -> bvh.Clip:
    """A recording at the wanted rate; raises SwnError for bad content and for fewer than three frames."""
    found = bvh.parse(entry.load(), entry.where)
    rate = how.recorded.get(entry.group, how.recorded.get("", 1 / found.seconds))
    every = step(rate, how.fps, entry.where)
    motion = found.motion[how.edge : len(found.motion) - how.edge : every]
    if len(motion) < 3:
        left = f"{len(found.motion)} frames, {how.edge} dropped at each end and one in {every} kept"
        raise SwnError(f"{entry.where}: found {left}, wanted 3 or more to remain: remove it")
    return bvh.Clip(found.skeleton, motion, 1 / how.fps)


def model(entries: Sequence[Entry], how: Settings) -> Model:
    """The model for all takes: the first take that can be read and in which something moves from its place.

    Raises the error of the first take if none can be read.
    """
    still: Model | None = None
    faults = []
    for entry in entries:
        try:
            skeleton, motion, _ = clip(entry, how)
        except SwnError as error:
            faults.append(error)
            continue
        places = kinematics.positions(skeleton, motion)
        loose = moving(skeleton, motion, float(np.ptp(places[0], axis=0).max()))
        part = rooted(skeleton, motion, loose)
        found = Model(entry.where, skeleton, part, features.poses(places[:, part.joints])[0])
        if any(loose) or not movable(skeleton):
            return found
        still = still or found
    if still is None:
        raise faults[0]
    return still


def poses(entry: Entry, how: Settings, model: Model) -> Float[np.ndarray, "n D"]:
    """The poses of a recording; raises SwnError if its joints differ from those of `model`."""
    skeleton, motion, _ = clip(entry, how)
    if not skeleton.same_joints(model.file):
        differs = _difference(skeleton, model.file)
        raise SwnError(
            f"{entry.where}: {differs}, as in {model.where}: prepare one skeleton at a time, remove the other"
        )
    places = kinematics.positions(skeleton, motion)[:, model.rooted.joints]
    return features.poses(places)


def _difference(found: Skeleton, wanted: Skeleton) -> str:
    if len(found.names) != len(wanted.names):
        return f"found {len(found.names)} joints and end points, wanted {len(wanted.names)}"
    joints = zip(found.names, wanted.names, found.parents, wanted.parents, found.channels, wanted.channels, strict=True)
    name, right = next((a, b) for a, b, *rest in joints if a != b or rest[0] != rest[1] or rest[2] != rest[3])
    return f"found joint {name}, wanted {right} with the same parent and channels"
