"""Sounds and pictures."""

import numpy as np
import pytest
import soundfile
from matplotlib.image import imread

from swn_jax.data.domain import known_rate
from swn_jax.domains.speech.audio_plots import draw_rows, write_wav
from swn_jax.domains.speech.domain import SPEECH, clipped
from swn_jax.errors import SwnError


def test_frames_become_samples_and_clipping_is_counted():
    frames = np.array([[3.4, 502.6], [-997.0, 50003.0]])
    np.testing.assert_array_equal(SPEECH.rows(frames), [3, 503, -997, 32767])
    assert SPEECH.rows(frames).dtype == np.int16
    assert clipped(frames) == 1


def test_frames_of_sound_are_whole():
    samples = np.arange(11, dtype=np.int16)
    np.testing.assert_array_equal(SPEECH.frames(samples, 4), [[0, 1, 2, 3], [4, 5, 6, 7]])


def test_a_wav_file_reads_back(tmp_path):
    samples = np.arange(-50, 50, dtype=np.int16)
    write_wav(tmp_path / "a.wav", samples, 16000.0)
    back, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    np.testing.assert_array_equal(back, samples)
    assert rate == 16000


def test_a_picture_shows_every_sound(tmp_path):
    tone = (1000 * np.sin(np.arange(8000) * 0.3)).astype(np.int16)
    draw_rows(tmp_path / "one.png", {"tone": tone}, 16000.0, {})
    draw_rows(tmp_path / "two.png", {"tone": tone, "silence": np.zeros(8000, np.int16)}, 16000.0, {})
    header = [(tmp_path / name).read_bytes()[:24] for name in ("one.png", "two.png")]
    assert all(h.startswith(b"\x89PNG") for h in header)
    heights = [int.from_bytes(h[20:24], "big") for h in header]
    assert heights[1] > heights[0]


def test_the_shortest_sounds_have_a_picture(tmp_path):
    for n in (1, 400):
        draw_rows(tmp_path / "a.png", {"long": np.ones(600, np.int16), "short": np.ones(n, np.int16)}, 16000.0, {})


def test_a_click_in_a_long_sound_is_seen(tmp_path):
    samples = np.zeros(400_000, np.int16)
    pictures = []
    for at in (123_456, 123_457):  # a picture of every hundredth sample would miss one of them
        samples[:] = 0
        samples[at] = 20000
        draw_rows(tmp_path / "a.png", {"click": samples}, 16000.0, {})
        pictures.append(imread(tmp_path / "a.png")[..., :3].mean(axis=2))
    for picture in pictures:
        height, width = picture.shape
        columns = picture[height // 10 : height // 3, width // 20 : width * 9 // 20].min(axis=0)  # above the middle
        assert 0 < np.sum(columns < 0.9) < 5


def test_a_sound_has_a_rate():
    assert known_rate("speech", 8000.0) == 8000
    with pytest.raises(SwnError, match="speech: found no rate"):
        known_rate("speech", None)
