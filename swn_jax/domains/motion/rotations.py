"""Rotations as six numbers: the first two columns of the matrix (Zhou et al. 2019).

Every rotation is then a continuous function of its numbers, which angles and quaternions are not.
"""

import numpy as np
from jaxtyping import Float

TINY = 1e-12


def numbers(turns: Float[np.ndarray, "*n 3 3"]) -> Float[np.ndarray, "*n 6"]:
    """The first column of each matrix, then the second."""
    return np.concatenate([turns[..., 0], turns[..., 1]], axis=-1)


def matrices(six: Float[np.ndarray, "*n 6"]) -> Float[np.ndarray, "*n 3 3"]:
    """The rotations behind any six numbers, by Gram-Schmidt: b1 = N(a1), b2 = N(a2 - (b1.a2) b1), b3 = b1 x b2.

    Numbers of no rotation, a1 = 0 or a2 along a1, give matrices that are none.
    """
    first = _unit(six[..., :3])
    second = _unit(six[..., 3:] - (first * six[..., 3:]).sum(-1, keepdims=True) * first)
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def heading(turns: Float[np.ndarray, "*n 3 3"]) -> Float[np.ndarray, "*n"]:
    """The angle in radians about y, which points up, of the rotation about y that is nearest to each."""
    return np.arctan2(turns[..., 0, 2] - turns[..., 2, 0], turns[..., 0, 0] + turns[..., 2, 2])


def _unit(vectors: Float[np.ndarray, "*n 3"]) -> Float[np.ndarray, "*n 3"]:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), TINY)
