"""The prosody of tones, by hand: their frequency, their power, and which frames they are in."""

import numpy as np
import pytest

from swn_jax.domains.speech.prosody import PROSODY, prosody
from swn_jax.errors import SwnError

RATE, FRAME = 16000.0, 200


def tone(frequency, amplitude=5000.0, n=8000, rate=RATE):
    return np.rint(amplitude * np.sin(2 * np.pi * frequency * np.arange(n) / rate)).astype(np.int16)


@pytest.mark.parametrize(("frequency", "frame"), [(80.0, 200), (160.0, 200), (320.0, 100), (80.0, 1000)])
def test_a_tone_has_its_frequency_and_its_power(frequency, frame):
    """Frames of whole periods: the power of a sine is half its amplitude squared."""
    found = prosody(tone(frequency), RATE, frame)
    assert found.shape == (8000 // frame, len(PROSODY.names))
    inside = found[1000 // frame + 1 : -(1000 // frame) - 1]
    np.testing.assert_allclose(inside[:, 0], np.log(frequency), atol=2e-3)
    assert (inside[:, 1] == 1).all()
    np.testing.assert_allclose(found[:, 2], 10 * np.log10(5000.0**2 / 2 / 32768**2), atol=0.01)


def test_silence_has_no_pitch_and_the_power_of_rounding():
    found = prosody(np.zeros(1000, np.int16), RATE, FRAME)
    assert np.isnan(found[:, 0]).all()
    assert not found[:, 1].any()
    np.testing.assert_allclose(found[:, 2], 10 * np.log10(1 / 12 / 32768**2))


def test_a_voice_is_in_the_frames_in_which_it_sounds():
    """Silence of 20 frames, a tone of 30 and what is left of one: the voice begins and ends within a frame or two."""
    sound = np.concatenate(
        [np.zeros(20 * FRAME, np.int16), tone(160.0, n=30 * FRAME), np.zeros(20 * FRAME + 99, np.int16)]
    )
    found = prosody(sound, RATE, FRAME)
    assert len(found) == 70
    voiced = np.flatnonzero(found[:, 1])
    assert abs(voiced[0] - 20) <= 2
    assert abs(voiced[-1] - 49) <= 2
    loud = found[:, 2] > -60
    np.testing.assert_array_equal(np.flatnonzero(loud), np.arange(20, 50))


def test_one_frame_and_frames_longer_than_what_is_heard_for_pitch():
    assert prosody(tone(100.0, n=399), RATE, FRAME).shape == (1, 3)
    assert prosody(tone(100.0, n=4000), RATE, 2000)[:, 1].tolist() == [1, 1]


def test_without_a_rate_it_is_told():
    with pytest.raises(SwnError, match="speech: found no rate"):
        prosody(tone(100.0), None, FRAME)
