"""From one recording to its joint positions: trimmed, at the wanted rate, y up."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import bvh, features, kinematics, turned
from swn_jax.domains.motion.bvh_folder import Entry
from swn_jax.domains.motion.resample import resampled
from swn_jax.errors import SwnError, unknown

KINDS = (*features.KINDS, *turned.KINDS)
HEAD = 2**18  # bytes of a file in which its rate is looked for: a skeleton of a thousand joints


class Settings(NamedTuple):
    """How recordings become rows."""

    features: str  # one of KINDS
    fps: float  # poses per second
    edge: int  # frames of the file dropped at both ends
    recorded: Mapping[str, float]  # folder -> frames per second, overrides its files; "" for all folders
    up: str  # the axis that points up in the files: y or z

    def rate(self, entry: Entry, seconds: float) -> float:
        """The frames per second of a recording whose file says `seconds` per frame."""
        return self.recorded.get(entry.group, self.recorded.get("", 1 / seconds))

    def upright(self, vectors: Float[np.ndarray, "*n 3"]) -> Float[np.ndarray, "*n 3"]:
        """Vectors of the files with y up: turned about x if z points up there."""
        return vectors if self.up == "y" else vectors[..., [0, 2, 1]] * [1, 1, -1]


def settings(
    kind: str, fps: int | float, edge: int | float, recorded: str, up: str, groups: Collection[str]
) -> Settings:
    """The checked options of the corpus; raises SwnError for an impossible one, or a folder not in `groups`."""
    if kind not in KINDS:
        raise unknown("kind of features", kind, KINDS)
    if not 0 < fps < 1e4:
        raise SwnError(f"fps: found {fps}, wanted frames per second above 0: change fps")
    if not (edge >= 0 and edge % 1 == 0):
        raise SwnError(f"edge: found {edge}, wanted a whole number of frames, 0 or more: change edge")
    if up not in ("y", "z"):
        raise SwnError(f"up: found {up}, wanted y or z, the axis that points up in the files: change up")
    return Settings(kind, float(fps), int(edge), _rates(recorded, groups), up)


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


def step(found: float, wanted: float, name: str) -> int | float:
    """Frames from one pose to the next, whole within one percent; raises SwnError if one frame would be ten poses."""
    if not 0.1 <= found / wanted < 1e6:
        remedy = "lower fps, or set recorded to the true rate"
        raise SwnError(f"{name}: found {found:g} frames per second, wanted {wanted / 10:g} or more: {remedy}")
    return round(found / wanted) if _divides(found, wanted) else found / wanted


def _divides(found: float, wanted: float) -> bool:
    ratio = found / wanted
    return ratio > 0.5 and abs(ratio - round(ratio)) <= 0.01 * ratio


def between(entries: Iterable[Entry], how: Settings) -> Counter[str]:
    """How many recordings of each rate have no frame at the time of each pose, so that they are resampled."""
    found: Counter[str] = Counter()
    for entry in entries:
        try:
            seconds = bvh.frame_time(entry.load(HEAD))
        except SwnError:
            continue  # raised again where it is read
        if seconds and not _divides(how.rate(entry, seconds), how.fps):
            found[f"{how.rate(entry, seconds):.3g}"] += 1
    return found


def clip(entry: Entry, how: Settings) -> bvh.Clip:
    """A recording at the wanted rate; raises SwnError for bad content and for fewer than three frames."""
    found = bvh.parse(entry.load(), entry.where)
    every = step(how.rate(entry, found.seconds), how.fps, entry.where)
    motion = found.motion[how.edge : len(found.motion) - how.edge]
    motion = motion[::every] if isinstance(every, int) else resampled(found.skeleton, motion, every)
    if len(motion) < 3:
        left = f"{len(found.motion)} frames, {how.edge} dropped at each end and one in {every:.3g} kept"
        raise SwnError(f"{entry.where}: found {left}, wanted 3 or more to remain: remove it")
    return bvh.Clip(found.skeleton, motion, 1 / how.fps)


def posed(clip: bvh.Clip, how: Settings) -> tuple[Float[np.ndarray, "T J 3"], Float[np.ndarray, "T J 3 3"]]:
    """Positions and rotations of all joints, y up."""
    places, turns = kinematics.posed(clip.skeleton, clip.motion)
    upright = how.upright(np.eye(3)).T  # turns column vectors
    return how.upright(places), upright @ turns @ upright.T
