"""The orthonormal discrete cosine transform of type II over the last axis: a rotation, whose Jacobian is 1."""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float


def matrix(width: int) -> np.ndarray:
    """The rows `c_k sqrt(2 / D) cos(pi k (2 n + 1) / (2 D))`, with c_0 = sqrt(1/2) and c_k = 1 elsewhere."""
    k, n = np.ogrid[:width, :width]
    rows = np.sqrt(2 / width) * np.cos(np.pi * k * (2 * n + 1) / (2 * width))
    rows[0] /= np.sqrt(2)
    return rows


def dct(x: Float[Array, "*S D"]) -> Float[Array, "*S D"]:
    """The coefficients of samples, lowest frequency first."""
    return _product(x, matrix(x.shape[-1]).T)


def inverse_dct(coefficients: Float[Array, "*S D"]) -> Float[Array, "*S D"]:
    """The samples of coefficients."""
    return _product(coefficients, matrix(coefficients.shape[-1]))


def _product(x: Array, kernel: np.ndarray) -> Array:
    """`x @ kernel` in all digits: scales at their floor are smaller than what an accelerator would round off."""
    return jnp.matmul(x, jnp.asarray(kernel, x.dtype), precision=lax.Precision.HIGHEST)
