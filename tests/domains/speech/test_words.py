"""Words told apart: closed forms of the discriminants, what features do not see, real digits of unknown speakers."""

import re

import numpy as np
import pytest
import soundfile

from swn_jax.domains.speech.words import PARTS, discriminants, features, told

RATE = 8000.0


def glide(first, last, seconds=0.4, amplitude=4000.0):
    """A tone whose frequency goes from one to another, with its octaves."""
    f = np.linspace(first, last, round(RATE * seconds))
    phase = 2 * np.pi * np.cumsum(f) / RATE
    return np.rint(amplitude * sum(np.sin(n * phase) / n for n in (1, 2, 4))).astype(np.int16)


def test_features_see_neither_loudness_nor_silence_around():
    wanted = features(glide(200, 800), RATE)
    assert wanted.shape == (PARTS * 8,)
    np.testing.assert_allclose(features(2 * glide(200, 800), RATE), wanted, atol=0.3)  # rounding is below either
    silent = np.zeros(1600, np.int16)
    around = np.concatenate([silent, glide(200, 800), silent])
    distance = np.linalg.norm(features(around, RATE) - wanted)
    assert distance < 0.2 * np.linalg.norm(features(glide(800, 200), RATE) - wanted)


@pytest.mark.parametrize("seconds", [0.025, 0.01])
def test_a_word_of_one_frame_or_less_has_features(seconds):
    assert np.isfinite(features(glide(200, 800, seconds=seconds), RATE)).all()


def test_discriminants_of_two_words_are_those_of_fisher():
    """Both with the same four points around their means: S is diagonal, and the border is halfway."""
    around = np.array([[2.0, 1], [-2, 1], [2, -1], [-2, -1]])
    x = np.concatenate([around, around + np.array([4, 6])])
    words = discriminants(x, ["no"] * 4 + ["yes"] * 4)
    np.testing.assert_allclose(words.weights, [[0, 0], [4 / 4, 6 / 1]], atol=1e-12)
    np.testing.assert_allclose(words.offset, [0, -(4 * 1 + 6 * 6) / 2], atol=1e-12)
    border = np.array([[2.0, 3.0]])
    assert told(words, np.concatenate([border - 0.1, border + 0.1])) == ["no", "yes"]


def test_a_shrunk_covariance_has_less_of_what_numbers_share():
    around = np.array([[1.0, 1], [-1, -1]])  # S is all ones, beside its diagonal it keeps 0.3 of that
    words = discriminants(np.concatenate([around, around + np.array([3, 0])]), ["a", "a", "b", "b"])
    np.testing.assert_allclose(words.weights[1], np.linalg.inv([[1, 0.3], [0.3, 1]]) @ [3, 0])


def test_glides_are_told_by_their_direction():
    rng = np.random.default_rng(0)

    def some(rise):
        low, high = 200 * rng.uniform(0.9, 1.1), 800 * rng.uniform(0.9, 1.1)
        return glide(*((low, high) if rise else (high, low)), seconds=rng.uniform(0.3, 0.5))

    x = np.stack([features(some(i % 2), RATE) for i in range(40)])
    labels = ["rise" if i % 2 else "fall" for i in range(40)]
    assert told(discriminants(x[:20], labels[:20]), x[20:]) == labels[20:]


def test_real_digits_of_a_speaker_who_was_not_heard(real):
    found = {path.stem: features(soundfile.read(path, dtype="int16")[0], RATE)
             for path in sorted((real("digits") / "recordings").glob("*.wav"))}  # fmt: skip
    shares = []
    for who in ("george", "jackson", "nicolas", "yweweler"):
        train = [name for name in found if who not in name]
        words = discriminants(np.stack([found[name] for name in train]), [name[0] for name in train])
        test = [name for name in found if who in name]
        guesses = told(words, np.stack([found[name] for name in test]))
        shares.append(np.mean([re.match(guess, name) is not None for guess, name in zip(guesses, test, strict=True)]))
    assert np.mean(shares) == pytest.approx(0.75, abs=0.03)  # one in ten by chance
