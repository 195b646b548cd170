"""The noise on what is read in training: as large as asked for, of the spectrum of its frame, and with a row."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from swn_jax.train.input_noise import LASTING, spectral, white
from swn_jax.train.noise import noise_of

KEY, STEP = jax.random.key(3), jnp.asarray(2)
BOTH = pytest.mark.parametrize("noisy", [white, spectral])


def read(noisy, x, deviation, rows=None):
    return noisy(KEY, STEP, jnp.arange(len(x)) if rows is None else rows, x, deviation)


@BOTH
def test_noise_belongs_to_the_row_and_is_not_that_of_latent_variables(noisy):
    x = jnp.ones((3, 4, 5)).at[..., 0].set(3.0)
    np.testing.assert_allclose(read(noisy, x[2:], 1.0, jnp.array([2])), read(noisy, x, 1.0)[2:], rtol=1e-5, atol=1e-5)
    assert not np.allclose(read(noisy, x, 1.0) - x, noise_of(KEY, 2, jnp.arange(3), 4, 5), atol=0.1)
    np.testing.assert_allclose(read(noisy, x, 0.0), x, atol=1e-5)


def test_white_noise_is_in_standardised_units():
    z = np.asarray(read(white, jnp.full((50, 20, 10), 7.0), 0.1) - 7.0) / 0.1
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-3


def test_spectral_noise_lies_where_the_sound_does():
    k = np.arange(64)
    x = jnp.asarray(np.cos(np.pi * 5 * (2 * k + 1) / 128), jnp.float32)[None, None] + jnp.zeros((300, 2, 1))
    noise = np.asarray(read(spectral, x, 0.2) - x, np.float64)
    basis = np.cos(np.pi * k[:, None] * (2 * k + 1) / 128)
    power = ((noise @ basis.T) ** 2).mean((0, 1))
    assert power[5] > 1e6 * np.delete(power, 5).max()


def test_spectral_noise_lets_loudness_stray_in_a_frame_and_in_all():
    deviation, width = 0.2, 4096
    x = jnp.sign(jax.random.normal(KEY, (600, 3, width)))
    logs = np.log(np.asarray(read(spectral, x, deviation)).std(-1)) / deviation  # [600, 3]
    np.testing.assert_allclose(logs.var(axis=1, ddof=1).mean(), 1.0, rtol=0.15)
    np.testing.assert_allclose(logs.mean(1).var(ddof=1), LASTING**2 + 1 / 3, rtol=0.2)


@BOTH
def test_silence_stays_finite(noisy):
    assert np.isfinite(read(noisy, jnp.zeros((2, 3, 20)), 0.3)).all()
    assert not np.asarray(read(spectral, jnp.zeros((2, 3, 20)), 0.3)).any()
