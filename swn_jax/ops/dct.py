"""The orthonormal discrete cosine transform of type II over the last axis: a rotation, whose Jacobian is 1."""

import numpy as np
from jaxtyping import Array, Float

from swn_jax.ops.exact import product


def matrix(width: int) -> np.ndarray:
    """The rows `c_k sqrt(2 / D) cos(pi k (2 n + 1) / (2 D))`, with c_0 = sqrt(1/2) and c_k = 1 elsewhere."""
    k, n = np.ogrid[:width, :width]
    rows = np.sqrt(2 / width) * np.cos(np.pi * k * (2 * n + 1) / (2 * width))
    rows[0] /= np.sqrt(2)
    return rows


def dct(x: Float[Array, "*S D"]) -> Float[Array, "*S D"]:
    """The coefficients of samples, lowest frequency first."""
    return product(x, matrix(x.shape[-1]).T)


def inverse_dct(coefficients: Float[Array, "*S D"]) -> Float[Array, "*S D"]:
    """The samples of coefficients."""
    return product(coefficients, matrix(coefficients.shape[-1]))
