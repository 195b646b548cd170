"""Statistics of speech, against closed forms and on real recordings."""

import os
from pathlib import Path

import numpy as np
import pytest

from swn_jax.corpora.synthetic_speech import synthesise
from swn_jax.data.statistics import distance
from swn_jax.domains.speech.audio import read
from swn_jax.domains.speech.statistics import gap, measure, pitch
from swn_jax.errors import SwnError

RATE = 16000.0
FLOOR = 10 * np.log10(1 / 12 / 32768**2)  # dB, the noise of rounding
VOWELS = {"iy", "ih", "eh", "ey", "ae", "aa", "aw", "ay", "ah", "ao", "oy", "ow", "uh", "uw", "ux", "er", "ax", "ix"}
HISSES = {"s", "sh", "f", "h#", "pau"}


def rounded(x):
    return np.rint(x).astype(np.int16)


def white(n=32000, deviation=500.0):
    return rounded(deviation * np.random.default_rng(0).standard_normal(n))


def harmonics(frequency, numbers, rate=RATE, seconds=0.25):
    time = np.arange(round(rate * seconds)) / rate
    parts = [1000 / n * np.sin(2 * np.pi * n * frequency * time + n**2) for n in numbers if n * frequency < rate / 2]
    return rounded(sum(parts))


@pytest.mark.parametrize("rate", [8000.0, 16000.0, 22050.0, 44100.0])
def test_pitch_of_tones(rate):
    for frequency in (61.0, 75.0, 123.4, 200.0, 237.0, 311.0, 395.0):
        found = pitch(harmonics(frequency, range(1, 13), rate), rate)
        np.testing.assert_allclose(found, frequency, rtol=5e-3)
        assert len(found) > 15


def test_pitch_is_there_without_a_fundamental():
    np.testing.assert_allclose(pitch(harmonics(150.0, (3, 4, 5)), RATE), 150.0, rtol=2e-3)


def test_noise_silence_an_offset_and_what_is_too_short_have_no_pitch():
    for samples in (white(), np.zeros(8000, np.int16), np.full(8000, 300, np.int16)):
        found = pitch(samples, RATE)
        assert len(found)
        assert not found.any()
    assert len(pitch(white(600), RATE)) == 0


def test_many_frames_are_as_few():
    tone = harmonics(150.0, (1, 2), seconds=25.0)
    found = pitch(tone, RATE)
    np.testing.assert_array_equal(found[1500:1600], pitch(tone[1500 * 160 : 1604 * 160], RATE)[:100])


def test_levels_of_white_noise_are_its_variance():
    got = measure([white()], RATE, {})
    level = 20 * np.log10(500 / 32768)
    np.testing.assert_allclose(got["long-term spectrum"].values, level, atol=1.0)
    assert got["long-term spectrum"].values.mean() == pytest.approx(level, abs=0.1)
    assert got["energy"].values.mean() == pytest.approx(level, abs=0.1)
    assert got["spectral flatness"].values.mean() == pytest.approx(0, abs=1.0)
    assert {name: len(s.values) for name, s in got.items()} == {
        "long-term spectrum": 40, "energy": 100, "spectral change": 197, "spectral flatness": 198,
        "pitch": 0, "voiced share": 1,
    }  # fmt: skip


def test_a_tone_lies_in_its_mel_band():
    mel = lambda hz: 1127.01048 * np.log(1 + hz / 700)  # noqa: E731
    for rate, hz in ((16000.0, 1000.0), (16000.0, 5000.0), (8000.0, 2500.0)):
        wanted = (mel(hz) - mel(50)) / (mel(rate / 2) - mel(50)) * 41 - 1
        spectrum = measure([harmonics(hz, (1,), rate)], rate, {})["long-term spectrum"].values
        assert abs(np.argmax(spectrum) - wanted) < 0.51
        np.testing.assert_allclose(np.delete(spectrum, range(int(wanted) - 4, int(wanted) + 6)).max(), FLOOR, atol=25)


def test_what_swells_by_a_decibel_a_frame_changes_by_one():
    time = np.arange(4800)
    pulses = (time % 160 == 0) * 1000.0 * 10 ** (time / 160 / 20)  # as many samples as frames are apart
    change = measure([rounded(pulses)], RATE, {})["spectral change"].values
    np.testing.assert_allclose(change, 1.0, atol=0.02)


def test_silence_is_finite():
    got = measure([np.zeros(8000, np.int16)], RATE, {})
    np.testing.assert_allclose(got["long-term spectrum"].values, FLOOR)
    np.testing.assert_allclose(got["energy"].values, FLOOR)
    np.testing.assert_allclose(got["spectral change"].values, 0)
    np.testing.assert_allclose(got["spectral flatness"].values, 0, atol=1e-9)
    assert len(got["pitch"].values) == 0
    assert got["voiced share"].values == [0]


def test_what_is_too_short_has_no_values_and_a_sound_has_a_rate():
    assert {len(statistic.values) for statistic in measure([np.zeros(300, np.int16)], RATE, {}).values()} == {0}
    with pytest.raises(SwnError, match="speech: found no rate"):
        measure([white()], None, {})


def ratios(real, made):
    """How far each set in `made` lies from `real`, statistic by statistic, in distances of the halves of `real`."""
    whole, even, odd = (measure(rows, RATE, {}) for rows in (real, real[::2], real[1::2]))
    found = {}
    for name, rows in made.items():
        ours = measure(rows, RATE, {})
        found[name] = {s: distance(ours[s], whole[s]) / distance(even[s], odd[s]) for s in whole}
    return found


def fakes(real):
    """As long as real ones: noise as loud as the corpus, silence, and the loudest frame of a recording repeated."""
    loud = np.concatenate(real).astype(np.float64).std()
    random = np.random.default_rng(0)
    frames = real[0][: len(real[0]) // 200 * 200].reshape(-1, 200)
    loudest = frames[np.argmax(np.sum(frames.astype(np.float64) ** 2, axis=1))]
    return {
        "noise": [rounded(loud * random.standard_normal(len(rows))) for rows in real],
        "silence": [np.zeros_like(rows) for rows in real],
        "frozen": [np.resize(loudest, len(rows)) for rows in real],
    }


def check(real, held):
    got = ratios(real, fakes(real) | {"held out": held})
    assert max(got.pop("held out").values()) < 3, got
    for name, found in got.items():
        assert sum(ratio > 5 for ratio in found.values()) >= 5, (name, found)


def test_made_speech_is_told_from_noise_silence_and_a_frozen_frame():
    # measured: held out 0.3 to 1.0; silence from 10.7; noise from 7.5 and frozen from 8.5, but of the spectrum 3.3, 3.7
    utterances = [synthesise(0, "train", number) for number in range(0, 160, 6)]
    check(utterances[::2], utterances[1::2])


@pytest.fixture(scope="module")
def timit():
    folder = Path(os.environ.get("SWN_DATA", "")) / "timit_sample"
    if "SWN_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("SWN_DATA names no folder with timit_sample, the real recordings")
    return {path: read(path, 16000) for path in sorted(folder.glob("*/*.wav"))[::3]}


def test_real_speech_is_told_from_noise_silence_and_a_frozen_frame(timit):
    # measured: held out 0.3 to 1.4; silence from 6.4, noise from 6.4 but of the spectrum 4.4, frozen from 6.3
    rows = list(timit.values())
    check(rows[::2], rows[1::2])


def test_pitch_of_real_speech_is_where_the_labels_have_vowels(timit):
    found = {(sex, kind): [] for sex in "fm" for kind in ("vowel", "hiss")}
    for path, samples in timit.items():
        hz = pitch(samples, RATE)
        middle = np.arange(len(hz)) * 160 + 334  # of the 668 samples that a value needs
        for line in path.with_suffix(".phn").read_text().splitlines():
            begin, end, phone = line.split()
            kind = "vowel" if phone in VOWELS else "hiss" if phone in HISSES else None
            if kind:
                inside = (middle > int(begin) + 240) & (middle < int(end) - 240)
                found[path.parent.name[4], kind].append(hz[inside])
    found = {key: np.concatenate(values) for key, values in found.items()}
    # measured: women 0.88 of vowels, 157 to 248 Hz; men 0.67, 98 to 154 Hz; hisses 0.013 and 0.009
    for sex, vowels, low, high in (("f", 0.8, 150, 260), ("m", 0.6, 90, 160)):
        hz = found[sex, "vowel"]
        assert np.mean(hz > 0) > vowels
        five, ninety_five = np.percentile(hz[hz > 0], [5, 95])
        assert low < five < ninety_five < high
        assert np.mean(found[sex, "hiss"] > 0) < 0.03


def test_twice_as_loud_is_six_decibels_away():
    sound = (1000 * np.random.RandomState(0).standard_normal(8000)).astype(np.int16)
    found = gap(sound, (2 * sound).astype(np.int16), 16000.0, {})
    np.testing.assert_allclose(found, 20 * np.log10(2), atol=1e-3)
    assert len(found) == 1 + (8000 - 400) // 160
