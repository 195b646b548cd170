"""The skeleton that all takes of a corpus have, and the poses of a take in it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import features, naming, takes, turned
from swn_jax.domains.motion.bvh import Clip
from swn_jax.domains.motion.bvh_folder import Entry
from swn_jax.domains.motion.rooted import Rooted, movable, moving, rooted
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError

LYING = 1.2  # times as long along z as along y, a body lies or z points up; arms held out are about as wide as high


class Model(NamedTuple):
    """The skeleton of all takes, and the one that it is taken from."""

    where: str  # the take
    file: Skeleton  # as that take has it
    rooted: Rooted
    rest: Float[np.ndarray, " D"]  # its first pose
    lies: bool  # whether its body is longest along z


def model(entries: Sequence[Entry], how: takes.Settings) -> Model:
    """The model for all takes: the first take that can be read and in which something moves from its place.

    Raises the error of the first take if none can be read.
    """
    still: Model | None = None
    faults = []
    for entry in entries:
        try:
            clip = takes.clip(entry, how)
        except SwnError as error:
            faults.append(error)
            continue
        found, moves = _model(entry.where, clip, how)
        if moves or not movable(clip.skeleton):
            return found
        still = still or found
    if still is None:
        raise faults[0]
    return still


def _model(where: str, clip: Clip, how: takes.Settings) -> tuple[Model, bool]:
    """The model that a take makes, and whether something moves in it."""
    places, turns = takes.posed(clip, how)
    loose = moving(clip.skeleton, clip.motion, float(np.ptp(places[0], axis=0).max()))
    part = rooted(clip.skeleton, clip.motion, loose)
    upright = [(x, y, z) for x, y, z in how.upright(np.array(part.skeleton.offsets)).tolist()]
    part = part._replace(skeleton=part.skeleton._replace(offsets=tuple(upright)))
    joints = list(part.joints)
    body = places[:, joints]
    extent = np.median(np.ptp(body, axis=1), axis=0)
    lies = bool(extent[2] > LYING * extent[1])
    rest = _rows(body, turns[:, joints], part.skeleton, how, where)[0]
    return Model(where, clip.skeleton, part, rest, lies), any(loose)


def poses(entry: Entry, how: takes.Settings, model: Model) -> Float[np.ndarray, "n D"]:
    """The poses of a recording; raises SwnError if its joints differ from those of `model`, or do
    more than turn where features are rotations."""
    clip = takes.clip(entry, how)
    try:
        order = matched(clip.skeleton, model.file)
    except SwnError as error:
        remedy = f"as in {model.where}: prepare one skeleton at a time, remove the other"
        raise SwnError(f"{entry.where}: {error}, {remedy}") from None
    joints = [order[j] for j in model.rooted.joints]
    places, turns = takes.posed(clip, how)
    return _rows(places[:, joints], turns[:, joints], model.rooted.skeleton, how, entry.where)


def _rows(
    places: Float[np.ndarray, "T J 3"],
    turns: Float[np.ndarray, "T J 3 3"],
    skeleton: Skeleton,
    how: takes.Settings,
    where: str,
) -> Float[np.ndarray, "T D"]:
    """The poses of a body as the kind of features has them."""
    return turned.poses(places, turns, skeleton, where) if how.features in turned.KINDS else features.poses(places)


def matched(found: Skeleton, wanted: Skeleton) -> list[int]:
    """For each joint of `wanted`, the one of `found` with its name and parent, whatever its channels and its length.

    Raises SwnError with what differs.
    """
    if len(found.names) != len(wanted.names):
        raise SwnError(f"found {len(found.names)} joints and end points, wanted {len(wanted.names)}")
    names, others = naming.keys(wanted.names), naming.keys(found.names)
    at = {name: j for j, name in enumerate(others)}
    for j, (name, parent) in enumerate(zip(names, wanted.parents, strict=True)):
        if name not in at:
            odd = next(found.names[k] for k, other in enumerate(others) if other not in names)
            raise SwnError(f"found joint {odd}, wanted {wanted.names[j]}")
        above = found.parents[at[name]]
        if (others[above] if above >= 0 else "") != (names[parent] if parent >= 0 else ""):
            place, right = ((of.names[k] if k >= 0 else "no joint") for of, k in ((found, above), (wanted, parent)))
            raise SwnError(f"found joint {wanted.names[j]} below {place}, wanted it below {right}")
    return [at[name] for name in names]


def notes(model: Model, entries: Sequence[Entry], how: takes.Settings) -> Iterator[str]:
    """What the person who prepares the corpus should know."""
    root = model.rooted.skeleton.names[0]
    if root != model.file.names[0]:
        yield f"{model.file.names[0]} stands still: {root}, the first joint that moves, is the root"
    for rate, count in takes.between(entries, how).items():
        takes_of = f"{count} take{'s' * (count > 1)} of {rate} frames per second"
        yield f"{takes_of} resampled to {how.fps:g}: rotations by slerp, positions linearly"
    if model.lies:
        axis, other = ("z", "--option=up=z") if how.up == "y" else ("y", "--option=up=y")
        yield f"bodies are longest along {axis}: if that is up in these files, prepare them with {other}"
