import hashlib

import numpy as np
import pytest
from scipy.signal import find_peaks, spectrogram

from swn_jax.corpora import corpus
from swn_jax.corpora.synthetic_speech import EACH, synthesise
from swn_jax.domains.speech.synthetic.phones import STOPS, VOWELS, Segment, syllable
from swn_jax.domains.speech.synthetic.source import flow, pulses
from swn_jax.domains.speech.synthetic.tract import resonator
from swn_jax.domains.speech.synthetic.utterance import RATE, utterance, voice


def test_flow_rises_falls_and_rests():
    phase = np.linspace(0, 1, 1001)[:-1]
    got = flow(phase, 0.4, 0.1)
    assert got[0] == 0
    assert np.argmax(got) == 400
    assert got.max() == pytest.approx(1)
    assert np.all(np.diff(got[:400]) > 0)
    assert np.all(np.diff(got[400:500]) < 0)
    np.testing.assert_allclose(got[500:], 0, atol=1e-12)


def test_pulses_have_the_pitch():
    got = pulses(
        np.full(RATE, 125.0), RATE, np.random.RandomState(0), opening=0.4, closing=0.1, jitter=0.0, shimmer=0.0
    )
    spectrum = np.abs(np.fft.rfft(got))
    assert set(np.argsort(spectrum)[-5:]) <= set(range(125, 1500, 125))
    np.testing.assert_allclose(got[2 * 128 : 3 * 128], got[128 : 2 * 128], atol=1e-9)


def test_jitter_and_shimmer_differ_between_periods():
    def deviations(**wavering):
        """Of the length and of the depth of the periods, relative; a period ends at its lowest sample."""
        made = {"jitter": 0.0, "shimmer": 0.0} | wavering
        got = pulses(np.full(RATE, 125.0), RATE, np.random.RandomState(0), opening=0.4, closing=0.1, **made)
        ends, _ = find_peaks(-got, distance=90)
        length, depth = np.diff(ends), got[ends]
        return length.std() / 128, depth.std() / abs(depth.mean())

    assert max(deviations()) < 1e-9
    assert 0.01 < deviations(jitter=0.02)[0] < 0.04
    assert 0.02 < deviations(shimmer=0.05)[1] < 0.08


def test_resonator_is_the_recursion_it_states():
    random = np.random.RandomState(0)
    x, frequency, width = random.randn(300), random.uniform(200, 4000, 300), random.uniform(50, 400, 300)
    radius = np.exp(-np.pi * width / RATE)
    b, c = 2 * radius * np.cos(2 * np.pi * frequency / RATE), -(radius**2)
    for unity in (True, False):
        y = np.zeros(302)
        for n in range(300):
            y[n + 2] = (1 - b[n] - c[n] if unity else 1) * x[n] + b[n] * y[n + 1] + c[n] * y[n]
        np.testing.assert_allclose(resonator(x, frequency, width, RATE, unity=unity), y[2:], rtol=1e-9, atol=1e-12)


def test_resonator_rings_at_its_frequency():
    impulse = np.zeros(RATE)
    impulse[0] = 1
    response = np.abs(np.fft.rfft(resonator(impulse, np.full(RATE, 1500.0), np.full(RATE, 80.0), RATE)))
    assert abs(np.argmax(response) - 1500) < 3
    assert response[0] == pytest.approx(1)


def test_syllables_have_a_vowel_and_differ():
    random = np.random.RandomState(0)
    made = [syllable(random) for _ in range(200)]
    assert all(any(segment.formants in VOWELS for segment in each) for each in made)
    assert {len(each) for each in made} >= {1, 2, 3, 4}
    assert any(segment.frication > 0.3 for each in made for segment in each)
    assert {locus for locus, _ in STOPS} <= {segment.formants for each in made for segment in each}
    assert all(isinstance(segment, Segment) and segment.milliseconds > 0 for each in made for segment in each)


def test_length_level_and_room():
    for speaker in range(6):
        who = voice(np.random.RandomState(speaker), high=bool(speaker % 2))
        got = utterance(who, np.random.RandomState(speaker + 10))
        assert got.dtype == np.int16
        assert 1.9 < len(got) / RATE < 3.7
        assert got.astype(float).std() == pytest.approx(who.level, rel=0.02)
        assert np.abs(got.astype(int)).max() < 20000
        edge = got[:800].astype(float)  # the sentence starts after 80 ms or more
        assert 2 < edge.std() < 10
        assert len(np.unique(edge)) > 10  # a room, not digital silence


def harmonics(samples, pitch):
    """How far the spectrum at multiples of `pitch` stands above that between them, in the loudest 60 ms."""
    frames = samples[: len(samples) // 960 * 960].reshape(-1, 960)
    loud = frames[np.argmax((frames**2).sum(axis=1))] * np.hanning(960)
    power = np.abs(np.fft.rfft(loud, 16000)) ** 2
    tried = np.arange(0.7 * pitch, 1.5 * pitch)
    best = max(tried, key=lambda f: sum(power[round(k * f)] for k in range(1, 6)) / f**0.2)
    on, off = (sum(power[round((k + half) * best)] for k in range(1, 6)) for half in (0, 0.5))
    return on / off


def test_sounds_like_speech():
    for speaker in range(4):
        who = voice(np.random.RandomState(speaker), high=bool(speaker % 2))
        samples = utterance(who, np.random.RandomState(speaker)).astype(float)
        assert harmonics(samples, who.pitch) > 10  # voiced
        frequency, _, power = spectrogram(samples, RATE, nperseg=400, noverlap=200)
        level = 10 * np.log10(power.sum(axis=0) + 1e-9)
        assert np.percentile(level, 95) - np.percentile(level, 5) > 30  # sounds and silences
        loud = power[:, level > np.percentile(level, 50)]
        centre = (frequency[:, None] * loud).sum(axis=0) / loud.sum(axis=0)
        assert centre.std() > 100  # the formants move


def test_the_same_samples_each_time_and_no_two_alike():
    keys = [(0, "train", 0), (0, "train", 1), (0, "train", EACH), (0, "valid", 0), (0, "test", 0), (1, "train", 0)]
    digests = [hashlib.sha256(synthesise(*key).tobytes()).hexdigest() for key in keys]
    assert len(set(digests)) == len(keys)
    assert [hashlib.sha256(synthesise(*key).tobytes()).hexdigest() for key in keys] == digests


def test_plan_keeps_voices_apart():
    record = corpus("synthetic_speech")
    made = record.index(**record.options)
    assert {split: len(rows) for split, rows in made.splits.items()} == {"train": 160, "valid": 16, "test": 16}
    who = {split: {row.speaker for row in rows} for split, rows in made.splits.items()}
    assert {split: len(names) for split, names in who.items()} == {"train": 20, "valid": 2, "test": 2}
    assert len(set.union(*who.values())) == 24
    ids = [row.id for rows in made.splits.values() for row in rows]
    assert len(set(ids)) == 192
    assert made.digests() != record.index(**{**record.options, "seed": 1}).digests()
    np.testing.assert_array_equal(next(iter(made.splits["valid"][9].read())), synthesise(0, "valid", 9))
