"""Which joints are feet."""

import re

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion.skeleton import Skeleton


def named(skeleton: Skeleton) -> list[int]:
    """The joints named foot or toe."""
    return [j for j, name in enumerate(skeleton.names) if re.search("foot|toe", name, re.IGNORECASE)]


def feet(skeleton: Skeleton, rest: Float[np.ndarray, "J 3"]) -> list[int]:
    """The joints named foot or toe; without any, the two lowest end points where joints are at `rest`."""
    ends = set(range(len(skeleton.names))) - set(skeleton.parents)
    return named(skeleton) or sorted(ends, key=lambda j: float(rest[j, 1]))[:2]
