"""Synthetic motion (walk, run, limp, sneak, march, gallop): needs no download, for tests and first runs.

Each person has their own bones and habits and is in one split only; planted feet do not move.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState

from swn_jax.corpora.synthetic import check
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SPLITS, Recording, SplitIndex
from swn_jax.domains.motion import turned
from swn_jax.domains.motion.bvh import Clip
from swn_jax.domains.motion.domain import MOTION
from swn_jax.domains.motion.features import poses
from swn_jax.domains.motion.kinematics import posed, positions
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.domains.motion.synthetic import body
from swn_jax.domains.motion.synthetic.gaits import GAITS
from swn_jax.domains.motion.synthetic.person import person, skeleton
from swn_jax.domains.motion.synthetic.way import FPS
from swn_jax.domains.motion.takes import KINDS
from swn_jax.errors import unknown

EACH = 8  # takes per person


def index(seed: int, features: str, **counts: int) -> SplitIndex:
    """`counts` takes per split, a function of `seed`; `features` as for the corpus `motion`.

    Raises SwnError for a count below 1 and for unknown features.
    """
    check("synthetic_motion", seed, **counts)
    if features not in KINDS:
        raise unknown("kind of features", features, KINDS)
    first = take(seed, "train", 0)
    rows = partial(_turned, skeleton=first.skeleton) if features in turned.KINDS else _poses
    rest = rows(first)[0]
    return SplitIndex(
        {split: tuple(_recording(seed, split, n, rows) for n in range(counts[split])) for split in SPLITS},
        frame_size=len(rest),
        rate=float(FPS),
        extra={"skeleton": first.skeleton.to_json(), "features": features, "rest": rest.tolist()},
    )


def _recording(seed: int, split: str, number: int, rows: Callable[[Clip], np.ndarray]) -> Recording:
    name = f"{split}-{number // EACH:03d}"
    read = lambda: [rows(take(seed, split, number))]  # noqa: E731
    return Recording(f"{seed}/{name}/{number % EACH}", name, read)


def take(seed: int, split: str, number: int) -> Clip:
    """Take `number` of a split, seven to nine seconds, the same frames each time."""
    who, nth = divmod(number, EACH)
    key = (seed, SPLITS.index(split), who)
    walker = person(RandomState(key))
    random = RandomState((*key, nth + 1))
    gait = list(GAITS.values())[(who + nth) % len(GAITS)]
    return Clip(skeleton(walker), body.motion(walker, gait, random.randint(7 * FPS, 9 * FPS), random), 1 / FPS)


def _poses(clip: Clip) -> Float[np.ndarray, "n D"]:
    return poses(positions(clip.skeleton, clip.motion))


def _turned(clip: Clip, skeleton: Skeleton) -> Float[np.ndarray, "n D"]:
    return turned.poses(*posed(clip.skeleton, clip.motion), skeleton, "synthetic_motion")


CORPUS = Corpus(
    name="synthetic_motion",
    version="1.1.0",
    licence="none: made by this program",
    source="this program",
    index=index,
    domain=MOTION,
    options={"seed": 0, "features": "differences", "train": 64, "valid": 8, "test": 8},
    unit="take",
)
