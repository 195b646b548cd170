"""From one recording to its rows: trimmed, subsampled to the wanted rate, and converted to features."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import bvh, features, kinematics
from swn_jax.domains.motion.bvh_folder import Entry
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError, unknown


class Settings(NamedTuple):
    """How recordings become rows."""

    features: str  # one of features.KINDS
    fps: float  # rows per second
    edge: int  # frames of the file dropped at both ends
    recorded: Mapping[str, float]  # folder -> frames per second, overrides its files; "" for all folders


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


def poses(entry: Entry, how: Settings) -> tuple[Skeleton, Float[np.ndarray, "n D"]]:
    """The skeleton and the poses of a recording; raises SwnError for bad content and for fewer than three poses."""
    clip = bvh.parse(entry.load(), entry.where)
    rate = how.recorded.get(entry.group, how.recorded.get("", 1 / clip.seconds))
    every = step(rate, how.fps, entry.where)
    motion = clip.motion[how.edge : len(clip.motion) - how.edge : every]
    if len(motion) < 3:
        left = f"{len(clip.motion)} frames, {how.edge} dropped at each end and one in {every} kept"
        raise SwnError(f"{entry.where}: found {left}, wanted 3 or more to remain: remove it")
    return clip.skeleton, features.poses(kinematics.positions(clip.skeleton, motion))


def rows(entry: Entry, how: Settings, wanted: Skeleton, model: str) -> Float[np.ndarray, "T D"]:
    """The float32 rows of a recording; raises SwnError if its joints differ from those `wanted`, of `model`."""
    skeleton, found = poses(entry, how)
    if not skeleton.same_joints(wanted):
        differs = _difference(skeleton, wanted)
        raise SwnError(f"{entry.where}: {differs}, as in {model}: prepare one skeleton at a time, remove the other")
    return features.encode(found, how.features).astype(np.float32)


def _difference(found: Skeleton, wanted: Skeleton) -> str:
    if len(found.names) != len(wanted.names):
        return f"found {len(found.names)} joints and end points, wanted {len(wanted.names)}"
    joints = zip(found.names, wanted.names, found.parents, wanted.parents, found.channels, wanted.channels, strict=True)
    name, right = next((a, b) for a, b, *rest in joints if a != b or rest[0] != rest[1] or rest[2] != rest[3])
    return f"found joint {name}, wanted {right} with the same parent and channels"
