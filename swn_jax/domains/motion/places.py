"""Where joints are, whatever the features of a corpus."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion import features, turned
from swn_jax.domains.motion.skeleton import Skeleton


def places(poses: Float[np.ndarray, "n D"], extra: Mapping[str, Any]) -> Float[np.ndarray, "n J 3"]:
    """Joint positions in the unit of the files; `extra` is that of the corpus: the kind of features, the skeleton."""
    if extra["features"] in turned.KINDS:
        return turned.places(poses, Skeleton.from_json(extra["skeleton"]))
    return features.places(poses)
