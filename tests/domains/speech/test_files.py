"""Sounds as files, read back by other readers."""

import shutil
import wave

import numpy as np
import pytest
import soundfile
from matplotlib.image import imread

from swn_jax.domains.speech.audio import blocks
from swn_jax.domains.speech.files import open_stream, write
from swn_jax.errors import SwnError

RATE = 16000.0


def tone(n=8000, size=16384.0):
    return np.rint(size * np.sin(2 * np.pi * 1000 / RATE * np.arange(n))).astype(np.int16)


def noise(n=8000):
    return np.random.default_rng(0).integers(-32768, 32768, n, dtype=np.int16)


def read_wav(path):
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 16000)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2")


def read_flac(path):
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.channels, info.samplerate) == ("FLAC", "PCM_16", 1, 16000)
    return soundfile.read(path, dtype="int16")[0]


def test_sounds_read_back(tmp_path):
    written = write(tmp_path, "a", noise(), RATE, {})
    assert written.shown == (tmp_path / "a.wav", tmp_path / "a.png")
    assert written.kept == (tmp_path / "a.flac",)
    np.testing.assert_array_equal(read_wav(tmp_path / "a.wav"), noise())
    np.testing.assert_array_equal(read_flac(tmp_path / "a.flac"), noise())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.flac", "a.png", "a.wav"]


def test_facts_of_a_sine_a_square_and_silence(tmp_path):
    square = np.tile(np.array([-32768, 32767], np.int16), 4000)
    assert write(tmp_path, "a", tone(), RATE, {}, clipped=7).facts == {
        "seconds": 0.5, "level dBFS": -9.0, "peak dBFS": -6.0, "numbers clipped": 7,
    }  # fmt: skip
    for rows, wanted in ((square, 0), (np.zeros(100, np.int16), "silence")):  # -32768 has no positive in 16 bits
        facts = write(tmp_path, "b", rows, RATE, {}).facts
        assert (facts["level dBFS"], facts["peak dBFS"]) == (wanted, wanted)


def test_the_ground_truth_stands_above(tmp_path):
    silent = np.zeros(8000, np.int16)
    pictures = []
    for name, rows, real in (("one", tone(), None), ("above", silent, tone()), ("below", tone(), silent)):
        pictures.append(imread(write(tmp_path, name, rows, RATE, {}, real=real).shown[1])[..., :3].mean(axis=2))
    one, above, below = pictures
    assert one.shape[0] < above.shape[0] == below.shape[0]

    def dark(picture):
        """How much of the upper and of the lower half of the waveforms is black."""
        waves = picture[:, 60 : picture.shape[1] // 2 - 40]
        return [np.mean(half < 0.5) for half in np.array_split(waves, 2)]

    assert dark(above)[0] > 5 * dark(above)[1]
    assert dark(below)[1] > 5 * dark(below)[0]


def test_no_samples_and_no_rate_are_refused(tmp_path):
    with pytest.raises(SwnError, match="a: found no samples"):
        write(tmp_path, "a", tone(0), RATE, {})
    with pytest.raises(SwnError, match="a: found no samples"):
        write(tmp_path, "a", tone(), RATE, {}, real=tone(0))
    with pytest.raises(SwnError, match="speech: found no rate"):
        write(tmp_path, "a", tone(), None, {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("suffix", "back"), [(".wav", read_wav), (".flac", read_flac)])
def test_a_stream_is_its_blocks(tmp_path, suffix, back):
    samples, path = noise(50000), tmp_path / f"a{suffix}"
    with open_stream(path, RATE) as put:
        for start, end in ((0, 1), (1, 30000), (30000, 30000), (30000, 50000)):
            put(samples[start:end])
    np.testing.assert_array_equal(back(path), samples)


@pytest.mark.parametrize(("suffix", "n", "lost"), [(".wav", 500, 0), (".wav", 50000, 0), (".flac", 50000, 2 * 4096)])
def test_a_stream_that_was_killed_can_be_read(tmp_path, suffix, n, lost):
    samples, path, copy = noise(n), tmp_path / f"a{suffix}", tmp_path / f"copy{suffix}"
    with open_stream(path, RATE) as put:
        for block in np.split(samples, 5 if n > 500 else 1):
            put(block)
        shutil.copy(path, copy)  # what would lie there if the process ended now
    found = np.concatenate(list(blocks(copy, 16000)))
    assert len(samples) - lost <= len(found) <= len(samples)
    np.testing.assert_array_equal(found, samples[: len(found)])


@pytest.mark.parametrize(("suffix", "back"), [(".wav", read_wav), (".flac", read_flac)])
def test_a_stream_that_failed_is_whole(tmp_path, suffix, back):
    def fail():
        with open_stream(tmp_path / f"a{suffix}", RATE) as put:
            put(tone())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    np.testing.assert_array_equal(back(tmp_path / f"a{suffix}"), tone())


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(SwnError, match=r"no suffix of a sound '.flak': did you mean '.flac'"):
        open_stream(tmp_path / "a.flak", RATE)
    assert not list(tmp_path.iterdir())
