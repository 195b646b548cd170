"""Noise belongs to a step and to an example, however the examples are shared out."""

import jax
import jax.numpy as jnp
import numpy as np

from swn_jax.train.noise import noise_of

KEY = jax.random.key(3)


def test_noise_does_not_depend_on_the_split():
    whole = noise_of(KEY, 5, jnp.arange(6), 4, 3)
    assert whole.shape == (6, 4, 3)
    parts = [noise_of(KEY, 5, jnp.arange(start, start + 2), 4, 3) for start in (0, 2, 4)]
    np.testing.assert_array_equal(jnp.concatenate(parts), whole)
    compiled = jax.jit(noise_of, static_argnums=(3, 4))(KEY, jnp.asarray(5), jnp.array([4, 0]), 4, 3)
    np.testing.assert_array_equal(compiled, whole[jnp.array([4, 0])])


def test_every_step_row_and_key_has_its_own():
    rows = jnp.arange(3)
    draws = [noise_of(KEY, 0, rows, 4, 3), noise_of(KEY, 1, rows, 4, 3), noise_of(jax.random.key(4), 0, rows, 4, 3)]
    values = np.concatenate([np.asarray(draw).ravel() for draw in draws])
    assert len(np.unique(values)) == values.size


def test_noise_is_standard_normal():
    values = np.asarray(noise_of(KEY, 0, jnp.arange(100), 50, 4)).ravel()
    np.testing.assert_allclose([values.mean(), values.std()], [0, 1], atol=0.02)
    assert noise_of(KEY, 0, jnp.arange(2), 3, 0).shape == (2, 3, 0)
