"""Masked frames are not seen, whatever they hold."""

import jax
import jax.numpy as jnp
import numpy as np

from swn_jax.ops.masks import masked_sum, zero_padding

MASK = jnp.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


def test_blank_zeroes_the_padding_at_every_rank():
    for shape in [(2, 3), (2, 3, 4), (2, 3, 4, 2)]:
        x = jnp.ones(shape)
        expected = np.ones(shape) * np.asarray(MASK).reshape(2, 3, *[1] * (len(shape) - 2))
        np.testing.assert_array_equal(zero_padding(x, MASK), expected)


def test_blank_stops_nan_and_its_gradient():
    x = jnp.where(MASK > 0, 2.0, jnp.nan)
    grad = jax.grad(lambda x: jnp.sum(zero_padding(x, MASK) ** 2))(x)
    np.testing.assert_array_equal(grad, 4 * MASK)


def test_masked_sums_keep_the_leading_axes():
    x = np.arange(12.0).reshape(2, 2, 3).astype(np.float32)
    poisoned = jnp.asarray(np.where(np.asarray(MASK) > 0, x, np.nan))
    np.testing.assert_array_equal(masked_sum(poisoned, MASK), (x * np.asarray(MASK)).sum(-1))
    np.testing.assert_array_equal(masked_sum(poisoned[0], MASK), (x[0] * np.asarray(MASK)).sum(-1))
