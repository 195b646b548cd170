"""Marks of pulses that are put into a resonance at known places."""

import numpy as np
import pytest
from scipy import signal

from swn_jax.domains.speech.marks import trains
from swn_jax.domains.speech.prosody import PROSODY, prosody

RATE, FRAME = 16000.0, 200
POLES = [0.97 * np.exp(0.2j), 0.95 * np.exp(0.6j), 0.9 * np.exp(1.2j)]  # three formants, of 510, 1,530 and 3,060 Hz
FILTER = np.real(np.poly([*POLES, *np.conj(POLES)]))


def voice(places, n, sign=1.0, rate=RATE):
    """Pulses at these places, whole samples, through the resonances, with a little noise."""
    source = np.random.default_rng(0).normal(size=n) * 0.02
    source[places] += sign
    sound = signal.lfilter([1.0], FILTER, source)
    return np.rint(sound * 8000 / np.abs(sound).max()).astype(np.int16)


def gliding(first, last, n, start=37):
    """Places whose distance goes from one to another."""
    places = [start]
    while places[-1] < n:
        places.append(round(places[-1] + first + (last - first) * places[-1] / n))
    return np.array(places[:-1])


def told(sound, count=2):
    return PROSODY.told(sound, prosody(sound, RATE, FRAME), RATE, FRAME, count)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("first", "last"), [(80, 80), (160, 160), (230, 230), (60, 90), (190, 140)])
def test_pulses_lie_where_they_were_put(first, last, sign):
    """Within a sample, of a peak too; and the train of a frame has the distance of its pulses."""
    n = 60 * FRAME
    places = gliding(first, last, n)
    found = told(voice(places, n, sign))[4:-4]
    assert np.isfinite(found).all()
    for t, (period, mark) in enumerate(found, start=4):
        assert 0 < mark <= period + 1e-9
        near = places[(places >= t * FRAME) & (places < (t + 1) * FRAME)] - t * FRAME
        off = (near - mark + period / 2) % period - period / 2
        assert np.abs(off).max(initial=0) < 2.0
        assert abs(period - np.interp(t * FRAME + FRAME / 2, places[1:], np.diff(places))) < 1.5


def test_a_louder_pulse_off_the_train_is_passed_over():
    """A fifth of a period late, beside one of the train: a path over it would be uneven."""
    places, n = gliding(100, 100, 40 * FRAME), 40 * FRAME
    strength = np.append(np.ones(len(places)), 1.3)
    sound = voice(np.append(places, places[30] + 20), n, strength)
    period, mark = trains(sound, RATE, FRAME, np.full(40, 100.0))[4:-4].T
    np.testing.assert_allclose(period, 100, atol=1.0)
    off = (np.arange(4, 36) * FRAME + mark - places[0] + 50) % 100 - 50
    assert np.abs(off).max() < 3.0


def test_noise_has_none_and_silence_neither():
    noise = np.random.default_rng(1).integers(-3000, 3000, 20 * FRAME).astype(np.int16)
    assert np.isnan(trains(noise, RATE, FRAME, np.full(20, np.nan))).all()
    assert np.isnan(told(np.zeros(20 * FRAME, np.int16))).all()


def test_a_voice_without_peaks_keeps_its_period():
    """Silence that is said to have a voice: there is nothing to mark."""
    period = np.full(20, 100.0)
    found = trains(np.zeros(20 * FRAME, np.int16), RATE, FRAME, period)
    np.testing.assert_array_equal(found[:, 0], period)
    assert np.isnan(found[:, 1]).all()


def test_of_one_number_it_is_the_period_of_f0():
    sound = voice(gliding(100, 100, 20 * FRAME), 20 * FRAME)
    np.testing.assert_array_equal(told(sound, 1)[:, 0], RATE / np.exp(prosody(sound, RATE, FRAME)[:, 0]))


def test_two_voices_with_a_pause_between_them():
    places = np.concatenate([np.arange(40, 4000, 100), np.arange(8000, 12000, 125)])
    sound = voice(places, 12000)
    found = told(sound)
    assert np.isnan(found[25:36, 1]).all()
    np.testing.assert_allclose(found[3:17, 0], 100, atol=1.0)
    np.testing.assert_allclose(found[43:56, 0], 125, atol=1.0)
