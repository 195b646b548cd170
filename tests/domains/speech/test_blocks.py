import contextlib
import tracemalloc

import numpy as np
import pytest
import soundfile
import soxr

from swn_jax.domains.speech import audio
from swn_jax.errors import SwnError, SwnNote


def tone(n, rate, hz=440.0, level=0.5):
    return level * np.sin(2 * np.pi * hz * np.arange(n) / rate)


def whole(path, rate):
    blocks = list(audio.blocks(path, rate))
    assert all(block.dtype == np.int16 and len(block) for block in blocks)
    return np.concatenate(blocks)


def sixteen(samples):
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)


def test_16_bits_at_the_rate_pass_as_they_are(tmp_path, make):
    want = np.concatenate([make.speech(1234), [-32768, 32767]]).astype(np.int16)
    soundfile.write(tmp_path / "a.flac", want, 16000)
    soundfile.write(tmp_path / "a.aiff", want, 16000)
    for path in (make.riff(tmp_path / "a.wav", want), make.sphere(tmp_path / "a.sph", want)):
        np.testing.assert_array_equal(whole(path, 16000), want)
    np.testing.assert_array_equal(whole(tmp_path / "a.flac", 16000), want)
    np.testing.assert_array_equal(whole(tmp_path / "a.aiff", 16000), want)


@pytest.mark.parametrize(
    ("subtype", "step"), [("PCM_U8", 2**-7), ("PCM_24", 2**-23), ("PCM_32", 2**-31), ("FLOAT", 0), ("DOUBLE", 0)]
)
def test_every_depth(subtype, step, tmp_path):
    want = tone(2000, 16000)
    soundfile.write(tmp_path / "a.wav", want, 16000, subtype=subtype)
    error = np.abs(whole(tmp_path / "a.wav", 16000) - want * 32768).max()
    assert error <= 0.5 + step * 32768 + 1e-2


def test_channels_become_their_mean(tmp_path, make):
    left, right = make.speech(900, 1).astype(int), make.speech(900, 2).astype(int)
    path = make.riff(tmp_path / "a.wav", np.stack([left, right], 1).astype(np.int16), channels=2)
    np.testing.assert_array_equal(whole(path, 16000), np.rint((left + right) / 2).astype(np.int16))


SIDES = {  # the second channel of a sine, and whether the mean has little of it
    "turned round": (-1.0, 0, True),
    "turned round, with noise": (-1.0, 0.03, True),
    "the same": (1.0, 0, False),
    "silent": (0.0, 0, False),
    "another": (0.0, 0.3, False),
}


@pytest.mark.parametrize("case", SIDES)
def test_channels_that_cancel_each_other_are_told(case, tmp_path, monkeypatch):
    monkeypatch.setattr(audio, "BLOCK", 1000)
    side, noise, cancels = SIDES[case]
    left, random = tone(4000, 16000), np.random.RandomState(0).standard_normal(4000)
    soundfile.write(tmp_path / "a.wav", np.stack([left, side * left + noise * random], 1), 16000)
    with pytest.warns(SwnNote, match="a.wav: the 2 channels cancel") if cancels else contextlib.nullcontext():
        whole(tmp_path / "a.wav", 16000)


def test_silence_does_not_cancel(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros((4000, 2)), 16000)
    whole(tmp_path / "a.wav", 16000)


def test_beyond_full_scale_is_set_to_it(tmp_path, make):
    path = make.riff(tmp_path / "a.wav", np.array([1.0, 1.5, -1.0, -1.7, 0.25] * 100, np.float32))
    np.testing.assert_array_equal(whole(path, 16000)[:5], [32767, 32767, -32768, -32768, 8192])


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000, 96000])
def test_blocks_resample_as_the_whole_does(rate, tmp_path, monkeypatch):
    monkeypatch.setattr(audio, "BLOCK", 1000)
    samples = tone(3 * rate + 17, rate) + 0.2 * np.random.RandomState(1).standard_normal(3 * rate + 17)
    soundfile.write(tmp_path / "a.wav", samples, rate, subtype="DOUBLE")
    got, want = whole(tmp_path / "a.wav", 16000), sixteen(soxr.resample(samples, rate, 16000))
    assert len(got) == len(want)
    assert abs(len(got) - len(samples) * 16000 / rate) < 1
    assert np.abs(got.astype(int) - want).max() <= 1


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_a_tone_stays_the_same_tone_at_the_same_time(rate, tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(2 * rate, rate), rate, subtype="FLOAT")
    got = whole(tmp_path / "a.wav", 16000)
    assert len(got) == 32000
    inner = slice(2000, -2000)  # away from the edges of the filter
    assert np.abs(got[inner] - 32768 * tone(32000, 16000)[inner]).max() < 2


def test_what_16_khz_cannot_hold_is_filtered_out(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(48000, 48000, hz=12000), 48000)
    assert np.abs(whole(tmp_path / "a.wav", 16000)[1000:-1000]).max() < 4


@pytest.mark.parametrize(("suffix", "form"), [("ogg", "VORBIS"), ("opus", "OPUS"), ("mp3", "MPEG_LAYER_III")])
@pytest.mark.parametrize("channels", [1, 2])
def test_compressed(suffix, form, channels, tmp_path):
    want = tone(96000, 48000)
    path = tmp_path / f"a.{suffix}"
    soundfile.write(
        path, np.repeat(want[:, None], channels, 1), 48000, format="MP3" if suffix == "mp3" else "OGG", subtype=form
    )
    got = whole(path, 16000)
    assert len(got) == 32000
    assert np.corrcoef(got[1000:-1000], tone(32000, 16000)[1000:-1000])[0, 1] > 0.99


def test_a_long_file_needs_little_memory(tmp_path):
    path = tmp_path / "a.wav"
    with soundfile.SoundFile(path, "w", 48000, 2, "PCM_16") as file:
        for second in range(300):
            file.write(np.full((48000, 2), second, np.int16))
    tracemalloc.start()
    count = sum(len(block) for block in audio.blocks(path, 16000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300 * 16000
    assert path.stat().st_size > 50e6
    assert peak < 12e6


@pytest.mark.parametrize(("n", "value"), [(7, np.nan), (7, np.inf), (7, -np.inf), (7, 1e300), (7, 300.0), (1999, 17)])
@pytest.mark.parametrize("rate", [16000, 48000])
def test_absurd_floats_are_named(n, value, rate, tmp_path, monkeypatch):
    monkeypatch.setattr(audio, "BLOCK", 600)
    samples = np.zeros((2000, 2))
    samples[n, 1] = value
    soundfile.write(tmp_path / "a.wav", samples, rate, subtype="DOUBLE")
    with pytest.raises(SwnError, match=f"found {float(value)!r} as sample {n}, wanted".replace("+", r"\+")):
        whole(tmp_path / "a.wav", 16000)


@pytest.mark.parametrize("rate", [1, 3999, 800000])
def test_absurd_rates(rate, tmp_path, make):
    path = make.riff(tmp_path / "a.wav", make.speech(500), rate=rate)
    with pytest.raises(SwnError, match=f"a.wav: found {rate} Hz, wanted 4000 to 768000 Hz"):
        whole(path, 16000)


def test_nothing_is_read_before_it_is_asked_for(tmp_path):
    audio.blocks(tmp_path / "missing.wav", 16000)
