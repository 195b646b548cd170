"""Noise belongs to a step and to an example, however the examples are shared out."""

import jax
import jax.numpy as jnp
import numpy as np
from scipy import stats

from swn_jax.train.noise import noise_of, noisy

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


def test_noise_on_inputs_goes_with_the_level_of_each_frame():
    level = jnp.exp(jnp.linspace(-3.0, 3.0, 20))[None, :, None]
    x = level * jnp.sign(jax.random.normal(KEY, (400, 20, 100)))  # whose root mean square is the level
    noise = np.asarray((noisy(KEY, jnp.asarray(2), jnp.arange(400), x, 0.05) - x) / level)
    by_example = noise.std(axis=(1, 2)) / 0.05  # evenly between none and the largest
    assert stats.kstest(by_example, "uniform").pvalue > 1e-3
    np.testing.assert_allclose(noise.std(axis=2) / noise.std(axis=(1, 2))[:, None], 1.0, atol=0.4)
    assert not np.asarray(noisy(KEY, jnp.asarray(2), jnp.arange(400), jnp.zeros_like(x), 0.05)).any()


def test_noise_on_inputs_is_white():
    x = jnp.sin(2 * jnp.pi * 5 * jnp.arange(64) / 64)[None, None] + jnp.zeros((2000, 1, 1))
    noise = np.asarray(noisy(KEY, jnp.asarray(2), jnp.arange(2000), x, 0.5) - x)
    power = (np.abs(np.fft.rfft(noise[:, 0])) ** 2).mean(0)[1:-1]
    np.testing.assert_allclose(power, power.mean(), rtol=0.2)


def test_noise_on_inputs_is_not_that_of_the_latent_variables():
    x = jnp.ones((3, 4, 5))
    x = x.at[..., 0].set(3.0)
    noise = noisy(KEY, jnp.asarray(2), jnp.arange(3), x, 1.0) - x
    assert not np.allclose(noise, noise_of(KEY, 2, jnp.arange(3), 4, 5), atol=0.1)
    again = noisy(KEY, jnp.asarray(2), jnp.array([2]), x[2:], 1.0) - x[2:]
    np.testing.assert_array_equal(again, noise[2:])
