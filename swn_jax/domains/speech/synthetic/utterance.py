"""Synthesis of one utterance: a sequence of sounds, parameter tracks between them, and the waveform.

Random numbers come from RandomState, whose stream numpy has frozen: a corpus must never change.
"""

from typing import NamedTuple

import numpy as np
import scipy
from jaxtyping import Float, Int, Int16
from numpy.random import RandomState

from swn_jax.domains.speech.synthetic.phones import Segment, pause, syllable
from swn_jax.domains.speech.synthetic.source import pulses
from swn_jax.domains.speech.synthetic.tract import resonator

RATE = 16000
BANDWIDTHS = (70.0, 90.0, 130.0, 180.0, 250.0, 350.0, 500.0)  # Hz
UPPER = (4500.0, 5500.0, 6500.0)  # Hz, constant formants


class Voice(NamedTuple):
    """The parameters of a speaker."""

    pitch: float  # Hz
    range: float  # relative rise of the pitch in an accent
    tract: float  # formants relative to a male tract: the inverse of its length
    tempo: float
    breath: float
    opening: float  # fractions of the period in which the glottis opens and closes
    closing: float
    level: float  # root mean square of an utterance, 16-bit units


def voice(random: RandomState, high: bool) -> Voice:
    """A random speaker with a `high` or a low voice."""
    return Voice(
        pitch=random.uniform(175, 240) if high else random.uniform(85, 140),
        range=random.uniform(0.1, 0.3),
        tract=random.uniform(1.1, 1.22) if high else random.uniform(0.95, 1.07),
        tempo=random.uniform(0.85, 1.2),
        breath=random.uniform(0.01, 0.05),
        opening=random.uniform(0.35, 0.5),
        closing=random.uniform(0.06, 0.14),
        level=random.uniform(350, 750),
    )


def utterance(voice: Voice, random: RandomState) -> Int16[np.ndarray, " n"]:
    """Two to three seconds of speech by `voice` over faint noise, 16 kHz."""
    segments = _sentence(voice, random)
    ends = np.cumsum([segment.milliseconds for segment in segments])
    n = int(ends[-1] * RATE / 1000)
    time = np.arange(n) * 1000 / RATE  # milliseconds
    at = np.searchsorted(ends, time, side="right").clip(max=len(segments) - 1)
    voicing, aspiration, frication = (_gain(segments, at, name) for name in ("voicing", "aspiration", "frication"))
    glottis = pulses(_pitch(voice, time, random), RATE, random, opening=voice.opening, closing=voice.closing)
    breath = aspiration + voice.breath * voicing
    spoken = voicing * glottis + breath * random.standard_normal(n)
    for frequency, bandwidth in zip(_formants(segments, ends, time, voice), BANDWIDTHS, strict=True):
        spoken = resonator(spoken, frequency, np.full(n, bandwidth), RATE)
    spoken += 0.6 * frication * _hiss(segments, at, random)
    spoken = scipy.signal.lfilter([1.0, -0.7], [1.0], spoken)  # the microphone boosts high frequencies
    spoken *= voice.level / np.sqrt(np.mean(spoken**2))
    room = scipy.signal.lfilter([1.0], [1.0, -0.6], random.standard_normal(n)) * 3.0
    return np.rint(spoken + room).clip(-32768, 32767).astype(np.int16)


def _sentence(voice: Voice, random: RandomState) -> list[Segment]:
    spoken = random.uniform(2000, 3000) - 400  # milliseconds without the silences at both ends
    segments: list[Segment] = []
    rest = random.uniform(0.35, 0.65) * spoken
    while (length := sum(segment.milliseconds for segment in segments)) < spoken:
        if rest and length > rest:
            rest = 0.0
            segments += pause(random.uniform(100, 250))
        segments += [phone._replace(milliseconds=phone.milliseconds / voice.tempo) for phone in syllable(random)]
    return pause(random.uniform(80, 150)) + segments + pause(random.uniform(80, 150))


def _pitch(voice: Voice, time: Float[np.ndarray, " n"], random: RandomState) -> Float[np.ndarray, " n"]:
    """A pitch contour in Hz that falls over the sentence, with accents and a tremor."""
    knots = np.linspace(0, time[-1], int(time[-1] / 250) + 2)
    accents = voice.range * random.uniform(-0.3, 1.0, len(knots))
    fall = np.linspace(1.1, 0.8, len(time))
    tremor = 1 + 0.01 * np.sin(2 * np.pi * 0.005 * time + random.uniform(0, 6))
    return voice.pitch * fall * tremor * (1 + np.interp(time, knots, accents))


def _gain(segments: list[Segment], at: Int[np.ndarray, " n"], name: str) -> Float[np.ndarray, " n"]:
    """The gain of a source at every sample, with edges of 10 ms."""
    gain = np.array([getattr(segment, name) for segment in segments])[at]
    edge = np.hanning(RATE // 100)
    return np.convolve(gain, edge / edge.sum(), mode="same")


def _formants(
    segments: list[Segment], ends: Float[np.ndarray, " s"], time: Float[np.ndarray, " n"], voice: Voice
) -> Float[np.ndarray, "k n"]:
    """Formant tracks in Hz: linear between the targets, steady for a fifth of each sound."""
    knots, targets = [], []
    for segment, end in zip(segments, ends, strict=True):
        if segment.formants is not None:
            knots += [end - 0.6 * segment.milliseconds, end - 0.4 * segment.milliseconds]
            targets += [segment.formants] * 2
    lower = [np.interp(time, knots, track) for track in zip(*targets, strict=True)]
    upper = [np.full(len(time), frequency) for frequency in UPPER]
    return np.minimum(voice.tract * np.stack(lower + upper), 0.49 * RATE)


def _hiss(segments: list[Segment], at: Int[np.ndarray, " n"], random: RandomState) -> Float[np.ndarray, " n"]:
    """Noise filtered by the resonance of the constriction of each sound."""
    centre, width = np.array([segment.noise for segment in segments])[at].T
    return resonator(random.standard_normal(len(at)), centre, width, RATE, unity=False)
