"""Statistics of speech: spectrum, energy, spectral change and flatness, pitch and voicing."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int16
from scipy import fft

from swn_jax.data.domain import known_rate
from swn_jax.data.statistics import Statistic
from swn_jax.domains.speech.yin import FULL, HOP, ROUNDING, WINDOW, blocks, pitch

ENERGY = 0.02  # seconds, length of frames of which the energy is measured
BANDS = 40
LOWEST = 50.0  # Hz, the lower edge of the lowest band


def measure(
    rows: Sequence[Int16[np.ndarray, " _"]], rate: float | None, extra: Mapping[str, Any]
) -> dict[str, Statistic]:
    """Six statistics that separate speech from noise, silence and a repeated frame.

    Long-term spectrum: power in 40 mel bands, mean over all frames. Energy: of frames of 20 ms. Spectral change: RMS
    over the bands of the difference in dB between consecutive frames, near 0 for a constant sound. Spectral flatness:
    the geometric over the arithmetic mean of the bands of a frame, near 0 dB for white noise. Pitch: of the voiced
    frames, see `pitch`. Voiced share: of the frames of a recording. Power is relative to 32768².

    Args:
      rows: samples of each recording, one or more; recordings shorter than a frame have no values.
      rate: Hz.
      extra: of the corpus, not used.
    Raises:
      SwnError: for no rate.
    """
    rate = known_rate("speech", rate)
    powers = [bands(samples, rate) for samples in rows]
    power = np.concatenate(powers)
    spectrum = power.mean(axis=0) if len(power) else np.empty(0)
    change = np.concatenate([np.diff(decibels(each), axis=0) for each in powers])
    pitches = [pitch(samples, rate) for samples in rows]
    hz = np.concatenate(pitches)
    shares = [100 * np.mean(track > 0) for track in pitches if len(track)]
    return {
        "long-term spectrum": Statistic(decibels(spectrum), "dB", "curve"),
        "energy": Statistic(decibels(np.concatenate([_energy(samples, rate) for samples in rows])), "dB", "draws"),
        "spectral change": Statistic(np.sqrt(np.mean(change**2, axis=1)), "dB", "draws"),
        "spectral flatness": Statistic(decibels(power).mean(axis=1) - decibels(power.mean(axis=1)), "dB", "draws"),
        "pitch": Statistic(hz[hz > 0], "Hz", "draws"),
        "voiced share": Statistic(np.array(shares, np.float64), "%", "draws"),
    }


def gap(
    real: Int16[np.ndarray, " n"], made: Int16[np.ndarray, " n"], rate: float | None, extra: Mapping[str, Any]
) -> Float[np.ndarray, " T"]:
    """The log-spectral distance every 10 ms: RMS over the bands of the difference in dB (Gray and Markel 1976)."""
    rate = known_rate("speech", rate)
    return np.sqrt(np.mean((decibels(bands(made, rate)) - decibels(bands(real, rate))) ** 2, axis=1))


def bands(samples: Int16[np.ndarray, " n"], rate: float) -> Float[np.ndarray, "T K"]:
    """Power density of each frame in mel bands; for white noise, its variance in each band."""
    width = round(WINDOW * rate)
    size = fft.next_fast_len(2 * width, real=True)
    window = np.hanning(width + 2)[1:-1]
    bank = _bank(size, rate) / np.sum(window**2)
    parts = blocks(samples, width, round(HOP * rate))
    power = [np.abs(fft.rfft(frames * window, size)) ** 2 @ bank + ROUNDING for frames in parts]
    return np.concatenate([np.empty((0, BANDS)), *power])


def _bank(size: int, rate: float) -> Float[np.ndarray, "F K"]:
    """Triangular filters that overlap by half, of equal width in mel (O'Shaughnessy 1987), each with sum 1."""
    low, high = (np.log10(1 + f / 700) for f in (LOWEST, rate / 2))
    edges = 700 * (10 ** np.linspace(low, high, BANDS + 2) - 1)
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    f = np.arange(size // 2 + 1)[:, None] * rate / size
    bank = np.clip(np.minimum((f - left) / (centre - left), (right - f) / (right - centre)), 0, None)
    return bank / bank.sum(axis=0)


def _energy(samples: Int16[np.ndarray, " n"], rate: float) -> Float[np.ndarray, " T"]:
    width = round(ENERGY * rate)
    return np.concatenate([np.empty(0), *(np.mean(f**2, axis=1) + ROUNDING for f in blocks(samples, width, width))])


def decibels(power: Float[np.ndarray, "*s"]) -> Float[np.ndarray, "*s"]:
    return 10 * np.log10(power / FULL**2)
