"""Sounds and pictures."""

import numpy as np
import soundfile

from swn_jax.data.listen import draw, to_pcm, write_wav


def test_scaling_is_undone_and_clipping_counted():
    x = np.array([[0.0, 1.0], [-2.0, 100.0]], np.float32)
    samples, clipped = to_pcm(x, mean=3.0, std=500.0)
    np.testing.assert_array_equal(samples, [3, 503, -997, 32767])
    assert clipped == 1


def test_a_wav_file_reads_back(tmp_path):
    samples = np.arange(-50, 50, dtype=np.int16)
    write_wav(tmp_path / "a.wav", samples, 16000)
    back, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    np.testing.assert_array_equal(back, samples)
    assert rate == 16000


def test_a_picture_shows_every_sound(tmp_path):
    tone = (1000 * np.sin(np.arange(8000) * 0.3)).astype(np.int16)
    draw(tmp_path / "one.png", {"tone": tone}, 16000)
    draw(tmp_path / "two.png", {"tone": tone, "silence": np.zeros(8000, np.int16)}, 16000)
    header = [(tmp_path / name).read_bytes()[:24] for name in ("one.png", "two.png")]
    assert all(h.startswith(b"\x89PNG") for h in header)
    heights = [int.from_bytes(h[20:24], "big") for h in header]
    assert heights[1] > heights[0]
