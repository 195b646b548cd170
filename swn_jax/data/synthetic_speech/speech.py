"""One utterance: a sequence of sounds, the tracks that lead from one to the next, and their sound.

Random numbers come from RandomState, whose stream numpy has frozen: a corpus must stay the same.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int16
from numpy.random import RandomState
from scipy.signal import lfilter

from swn_jax.data.synthetic_speech.phones import Segment, pause, syllable
from swn_jax.data.synthetic_speech.source import pulses
from swn_jax.data.synthetic_speech.tract import chain, resonators

RATE = 16000
BLOCK = 80  # samples in which the tract stands still: 5 ms
BANDWIDTHS = np.array([70.0, 90.0, 130.0, 180.0, 250.0, 350.0])  # Hz
UPPER = (4500.0, 5600.0)  # Hz, formants that do not move


class Voice(NamedTuple):
    """What makes a speaker."""

    pitch: float  # Hz
    range: float  # how far the pitch rises in an accent, relative
    tract: float  # formants relative to a man's: the inverse of the length
    tempo: float
    breath: float
    opening: float
    level: float  # root mean square of an utterance, 16-bit units


def voice(random: RandomState, high: bool) -> Voice:
    """A speaker at random, of the `high` or the low voices."""
    return Voice(
        pitch=random.uniform(175, 240) if high else random.uniform(85, 140),
        range=random.uniform(0.1, 0.3),
        tract=random.uniform(1.1, 1.22) if high else random.uniform(0.95, 1.07),
        tempo=random.uniform(0.85, 1.2),
        breath=random.uniform(0.01, 0.05),
        opening=random.uniform(0.35, 0.5),
        level=random.uniform(350, 750),
    )


def utterance(voice: Voice, random: RandomState) -> Int16[np.ndarray, " n"]:
    """Two to three seconds of speech of `voice` over a faint noise, 16 kHz."""
    segments = _sentence(voice, random)
    ends = np.cumsum([segment.milliseconds for segment in segments])
    blocks = int(ends[-1] * RATE / 1000) // BLOCK
    n, middle = blocks * BLOCK, (np.arange(blocks) + 0.5) * 1000 * BLOCK / RATE
    at = np.searchsorted(ends, middle, side="right").clip(max=len(segments) - 1)
    gains = {name: _gain(segments, at, name) for name in ("voicing", "aspiration", "frication")}
    glottis = pulses(
        _pitch(voice, ends[-1], n, random), RATE, random, opening=voice.opening, closing=0.16, jitter=0.01, shimmer=0.05
    )
    breath = gains["aspiration"] + voice.breath * gains["voicing"]
    excitation = gains["voicing"] * glottis + breath * random.standard_normal(n)
    spoken = chain(excitation, _formants(segments, ends, middle, voice), BLOCK)
    hiss = chain(random.standard_normal(n), _hiss(segments, at), BLOCK)
    spoken += 1.5 * gains["frication"] * hiss
    spoken *= voice.level / np.sqrt(np.mean(spoken**2))
    room = lfilter([1.0], [1.0, -0.6], random.standard_normal(n)) * 3.0
    return np.rint(spoken + room).clip(-32768, 32767).astype(np.int16)


def _sentence(voice: Voice, random: RandomState) -> list[Segment]:
    spoken = random.uniform(2000, 3000) - 400  # milliseconds without the silences at both ends
    segments: list[Segment] = []
    rest = random.uniform(0.35, 0.65) * spoken
    while (length := sum(segment.milliseconds for segment in segments)) < spoken:
        if rest and length > rest:
            rest = 0.0
            segments += pause(random.uniform(100, 250))
        segments += [each._replace(milliseconds=each.milliseconds / voice.tempo) for each in syllable(random)]
    return pause(random.uniform(80, 150)) + segments + pause(random.uniform(80, 150))


def _pitch(voice: Voice, length: float, n: int, random: RandomState) -> Float[np.ndarray, " n"]:
    """A line that falls over the sentence, with accents and a tremor, Hz."""
    knots = np.linspace(0, n, int(length / 250) + 2)
    accents = voice.range * random.uniform(-0.3, 1.0, len(knots))
    fall = np.linspace(1.1, 0.8, n)
    tremor = 1 + 0.01 * np.sin(2 * np.pi * 5 * np.arange(n) / RATE + random.uniform(0, 6))
    return voice.pitch * fall * tremor * (1 + np.interp(np.arange(n), knots, accents))


def _gain(segments: list[Segment], at: np.ndarray, name: str) -> Float[np.ndarray, " n"]:
    """A source's gain at every sample, with edges of 10 ms."""
    gain = np.array([getattr(segment, name) for segment in segments])[at]
    return np.convolve(np.repeat(gain, BLOCK), np.hanning(2 * BLOCK) / (BLOCK - 0.5), mode="same")


def _formants(
    segments: list[Segment], ends: np.ndarray, middle: np.ndarray, voice: Voice
) -> Float[np.ndarray, "blocks k 6"]:
    """Straight lines from one sound's target to the next one's, a fifth of each sound steady."""
    knots, targets = [], []
    for segment, end in zip(segments, ends, strict=True):
        if segment.formants is not None:
            knots += [end - 0.6 * segment.milliseconds, end - 0.4 * segment.milliseconds]
            targets += [segment.formants] * 2
    lower = np.stack([np.interp(middle, knots, track) for track in zip(*targets, strict=True)], axis=1)
    upper = np.broadcast_to(UPPER, (len(middle), len(UPPER)))
    frequency = np.minimum(voice.tract * np.concatenate([lower, upper], axis=1), 0.47 * RATE)
    return resonators(frequency, np.broadcast_to(BANDWIDTHS, frequency.shape), RATE)


def _hiss(segments: list[Segment], at: np.ndarray) -> Float[np.ndarray, "blocks 1 6"]:
    """Resonators for the frication, scaled to a gain of about 1 at their centre."""
    centre, width = np.array([segment.noise for segment in segments])[at].T
    sections = resonators(centre, width, RATE)[:, None]
    sections[..., 0] = (np.pi * width / RATE)[:, None] ** 0.5
    return sections
