"""Motion as files: an animated stick figure, joint positions as arrays, and angles as BVH."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.data.domain import known_rate
from swn_jax.data.written import WrittenFiles
from swn_jax.domains.motion import bvh, gif, inverse, kinematics, turned
from swn_jax.domains.motion.hierarchy import LIMIT
from swn_jax.domains.motion.places import places
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError


def write(
    folder: Path,
    name: str,
    rows: Float[np.ndarray, "n D"],
    rate: float | None,
    extra: Mapping[str, Any],
    *,
    real: Float[np.ndarray, "r D"] | None = None,
    clipped: int = 0,
) -> WrittenFiles:
    """Write NAME.gif in real time, NAME.npz (places [n, J, 3], parents, names, rate) and NAME.bvh.

    A BVH file has one length per bone: "bvh error" is the mean distance of its joints from those of `rows`, "bone
    variation" the relative change of bone lengths over time, which is zero for a person.

    Args:
      folder: an existing folder.
      name: of the files, without suffix.
      rows: poses.
      rate: of the rows, Hz.
      extra: of the corpus: the skeleton and the kind of features.
      real: the ground truth, shown beside it.
      clipped: not used.
    Raises:
      SwnError: if a joint is too far away for a BVH file.
    """
    rate, skeleton = known_rate("motion", rate), Skeleton.from_json(extra["skeleton"])
    picture, numbers, angles = (folder / f"{name}{end}" for end in (".gif", ".npz", ".bvh"))
    found = places(rows, extra)
    if not np.abs(found).max() <= LIMIT:  # also nan
        raise SwnError(
            f"{name}: found a joint at {np.abs(found).max():g}, wanted it within {LIMIT:g}: train the model further"
        )
    figures = {} if real is None else {"ground truth": places(real, extra)}
    gif.animate(picture, {**figures, name: found}, skeleton, rate)
    np.savez_compressed(
        numbers, allow_pickle=False, rate=rate, names=np.array(skeleton.names), parents=np.array(skeleton.parents),
        places=found.astype(np.float32),
    )  # fmt: skip
    by_turns = extra["features"] in turned.KINDS
    clip = turned.clip(rows, skeleton, rate) if by_turns else inverse.fit(found, skeleton, rate)
    bvh.write(angles, clip)
    facts: dict[str, float | int | str] = {
        "seconds": round((len(rows) - 1) / rate, 2),
        "joints": len(skeleton.names),
        "bvh error": _rounded(np.linalg.norm(kinematics.positions(*clip[:2]) - found, axis=-1).mean()),
        "bone variation": _rounded(kinematics.variation(skeleton, found).mean()),
    }
    return WrittenFiles((picture,), (numbers, angles), facts)


def _rounded(value: float) -> float:
    return float(f"{value:.2g}")
