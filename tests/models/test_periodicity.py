"""What a frame repeats of a period before: of voices all, of noise nothing, at the lag that the past has."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import signal

from swn_jax.dists.classic.prediction import known
from swn_jax.errors import SwnError
from swn_jax.models import build
from swn_jax.models.periodicity import CLASSIC, memory, periodicity

WIDTH, FRAMES = 200, 6
BEFORE = memory(WIDTH)
RNG = np.random.default_rng(0)
of = jax.jit(periodicity)


def frames(sound):
    return jnp.asarray(sound, jnp.float32).reshape(1, BEFORE + FRAMES, WIDTH)


def found(sound):
    x = frames(sound)
    return np.asarray(of(x[:, BEFORE:], x[:, :BEFORE]))[0]


def voice(period, noise=0.02):
    """Pulses through a resonance, and noise."""
    count = (BEFORE + FRAMES) * WIDTH
    pulses = (np.arange(count) % period == 0).astype(float) + noise * RNG.normal(size=count)
    return signal.lfilter([1.0], [1.0, -1.6, 0.8], pulses)


@pytest.mark.parametrize("period", [80, 113, 170])
def test_a_voice_repeats_at_its_period(period):
    c = found(voice(period))
    assert c.shape == (FRAMES, 9)
    assert (c.argmax(-1) == 4).all()
    assert c[:, 4].min() > 0.7


def test_noise_and_silence_repeat_nothing():
    assert np.abs(found(RNG.normal(size=(BEFORE + FRAMES) * WIDTH))).max() < 0.4
    assert not found(np.zeros((BEFORE + FRAMES) * WIDTH)).any()


def test_loudness_does_not_count():
    sound = voice(100)
    np.testing.assert_allclose(found(30.0 * sound), found(sound), atol=2e-3)


def test_the_correlations_are_those_of_numpy():
    sound = voice(97)
    e, taps = (np.asarray(a, np.float64) for a in jax.jit(lambda x: known(x, CLASSIC)[0::4][:2])(frames(sound).ravel()))
    c = found(sound)
    for t in range(FRAMES):
        own = slice((BEFORE + t) * WIDTH, (BEFORE + t + 1) * WIDTH)
        expected = [np.corrcoef(e[own], taps[own, j])[0, 1] for j in range(9)]
        np.testing.assert_allclose(c[t], expected, atol=0.03)  # numpy takes the mean out


def test_frames_that_are_no_whole_blocks_are_told():
    with pytest.raises(
        SwnError, match='found frames of 50 numbers, wanted a multiple of 20 .*: take inputs="features"'
    ):
        build("lstm", 50, inputs="voice")
