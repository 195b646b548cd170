"""The cosine transform against scipy, and back."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import fft

from swn_jax.ops.dct import dct, inverse_dct, matrix


@pytest.mark.parametrize("width", [1, 2, 3, 200])
def test_the_transform_is_that_of_scipy_and_turns_back(width):
    x = np.random.default_rng(0).normal(size=(2, 3, width))
    np.testing.assert_allclose(dct(jnp.float32(x)), fft.dct(x, norm="ortho"), rtol=1e-4, atol=1e-5)
    with jax.enable_x64(True):
        np.testing.assert_allclose(dct(jnp.asarray(x)), fft.dct(x, norm="ortho"), atol=1e-12)
        np.testing.assert_allclose(inverse_dct(dct(jnp.asarray(x))), x, atol=1e-12)
    np.testing.assert_allclose(matrix(width) @ matrix(width).T, np.eye(width), atol=1e-12)
