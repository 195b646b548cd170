"""The long-term predictor finds periods, and against a search over all lags."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax.ops.pitch import QUIET, moving_sum, periods, search_range, taken

RNG = np.random.default_rng(0)
LONGEST, BLOCK = 200, 8
SHORTEST, SPAN = search_range(LONGEST)


def voice(period, samples, noise=0.03):
    """Pulses through a short decay, and noise."""
    pulses = (np.arange(samples) % period == 0).astype(float)
    return np.convolve(pulses, 0.8 ** np.arange(30))[:samples] + noise * RNG.normal(size=samples)


@pytest.mark.parametrize("period", [40, 77, 123, 150])
def test_the_period_of_a_voice_is_found(period):
    found = periods(jnp.asarray(voice(period, 1600), jnp.float32), LONGEST, BLOCK)
    settled = np.asarray(found.lag)[100:]
    assert np.mean(settled % period == 0) > 0.9  # itself, or a multiple
    assert np.asarray(found.correlation)[100:].min() > 0.7
    np.testing.assert_allclose(np.asarray(found.gain)[100:].mean(), 1.0, atol=0.15)


def test_gain_and_correlation_are_those_of_least_squares():
    x = voice(60, 800)
    with jax.enable_x64(True):
        found = jax.tree.map(np.asarray, periods(jnp.asarray(x), LONGEST, BLOCK))
    for c in (60, 75, 100):
        end, lag = BLOCK * c, found.lag[c]
        now, past = x[end - SPAN : end], x[end - SPAN - lag : end - lag]
        silence = QUIET * SPAN
        cross, power = now @ past, past @ past + silence
        np.testing.assert_allclose(found.gain[c], cross / power, rtol=1e-6)
        np.testing.assert_allclose(found.correlation[c], cross / np.sqrt(power * (now @ now + silence)), rtol=1e-6)


def test_the_end_is_a_block_like_the_others():
    x = jnp.asarray(voice(60, 800), jnp.float32)
    whole, part = periods(x, LONGEST, BLOCK), periods(x[:400], LONGEST, BLOCK)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a[50], b[50], rtol=1e-5), whole, part)


def test_noise_and_silence_have_no_period():
    noise = periods(jnp.asarray(RNG.normal(size=1600), jnp.float32), LONGEST, BLOCK)
    assert np.asarray(noise.correlation)[100:].mean() < 0.4
    silent = periods(jnp.zeros(800), LONGEST, BLOCK)
    assert not np.asarray(silent.gain).any()
    assert not np.asarray(silent.correlation).any()


@pytest.mark.parametrize("length", [1, 2, 3, 7, 16, 21])
def test_moving_sums(length):
    x = RNG.normal(size=(2, 30)).astype(np.float32)
    expected = [x[:, max(0, i + 1 - length) : i + 1].sum(1) for i in range(30)]
    np.testing.assert_allclose(moving_sum(jnp.asarray(x), length), np.stack(expected, 1), rtol=1e-4, atol=1e-5)


def test_samples_before_the_start_are_zeros():
    found = taken(jnp.arange(1.0, 5.0), jnp.array([[-2, 0, 3]]))
    assert found.tolist() == [[0.0, 1.0, 4.0]]


@pytest.mark.parametrize("newest", [1, 3])
def test_the_newest_alone_are_those_of_all(newest):
    x = jnp.asarray(voice(60, 800), jnp.float32)
    whole, part = periods(x, LONGEST, BLOCK, 0.4), periods(x, LONGEST, BLOCK, 0.4, newest)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a[-newest:], b, rtol=1e-5), whole, part)
