"""Statistics of speech: spectrum, energy, spectral change and flatness, pitch and voicing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int16
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft

from swn_jax.data.domain import known_rate
from swn_jax.data.statistics import Statistic

FULL = 32768.0  # full scale, 16-bit units
ROUNDING = 1 / 12  # power of rounding noise, 16-bit units squared: gives silence a finite level and no pitch
WINDOW, HOP, ENERGY = 0.025, 0.01, 0.02  # seconds: length and hop of frames; length of energy frames
BANDS = 40
LOWEST = 50.0  # Hz, the lower edge of the lowest band
PITCH = (60.0, 400.0)  # Hz
APERIODIC = 0.2  # share of the power of a frame by which its periods may differ if it is voiced
BLOCK = 1000  # frames in memory at a time


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
    powers = [_bands(samples, rate) for samples in rows]
    power = np.concatenate(powers)
    spectrum = power.mean(axis=0) if len(power) else np.empty(0)
    change = np.concatenate([np.diff(_decibels(bands), axis=0) for bands in powers])
    pitches = [pitch(samples, rate) for samples in rows]
    hz = np.concatenate(pitches)
    shares = [100 * np.mean(track > 0) for track in pitches if len(track)]
    return {
        "long-term spectrum": Statistic(_decibels(spectrum), "dB", "curve"),
        "energy": Statistic(_decibels(np.concatenate([_energy(samples, rate) for samples in rows])), "dB", "draws"),
        "spectral change": Statistic(np.sqrt(np.mean(change**2, axis=1)), "dB", "draws"),
        "spectral flatness": Statistic(_decibels(power).mean(axis=1) - _decibels(power.mean(axis=1)), "dB", "draws"),
        "pitch": Statistic(hz[hz > 0], "Hz", "draws"),
        "voiced share": Statistic(np.array(shares, np.float64), "%", "draws"),
    }


def gap(
    real: Int16[np.ndarray, " n"], made: Int16[np.ndarray, " n"], rate: float | None, extra: Mapping[str, Any]
) -> Float[np.ndarray, " T"]:
    """The log-spectral distance every 10 ms: RMS over the bands of the difference in dB (Gray and Markel 1976)."""
    rate = known_rate("speech", rate)
    return np.sqrt(np.mean((_decibels(_bands(made, rate)) - _decibels(_bands(real, rate))) ** 2, axis=1))


def pitch(samples: Int16[np.ndarray, " n"], rate: float) -> Float[np.ndarray, " T"]:
    """Fundamental frequency in Hz every 10 ms, 60 to 400 Hz, 0 where unvoiced: YIN (de Cheveigné and Kawahara 2002).

    With d(τ) = Σ_j (x_j - x_{j+τ})² + W/6 over a window of W samples, the period is the first minimum below 0.2 of
    d'(τ) = τ d(τ) / Σ_{i≤τ} d(i), refined by a parabola. W/6 is the share of rounding, which makes silence unvoiced.
    Args:
      samples: of one recording; one value needs 42 ms.
      rate: Hz.
    """
    low, high, window = int(rate / PITCH[1]), int(np.ceil(rate / PITCH[0])), round(WINDOW * rate)
    found = [np.empty(0)]
    for frames in _blocks(samples, window + high + 1, round(HOP * rate)):
        dips = _aperiodicity(frames, window, high + 1)
        before, here, after = dips[:, low - 1 : high], dips[:, low : high + 1], dips[:, low + 1 : high + 2]
        minimum = (here < APERIODIC) & (here <= before) & (here < after)
        found.append(_first(minimum, before, here, after, low, rate))
    return np.concatenate(found)


def _first(
    minimum: Bool[np.ndarray, "T K"],
    before: Float[np.ndarray, "T K"],
    here: Float[np.ndarray, "T K"],
    after: Float[np.ndarray, "T K"],
    low: int,
    rate: float,
) -> Float[np.ndarray, " T"]:
    """The frequency of the first minimum of each row, 0 for none; the first column is the lag `low`."""
    voiced = minimum.any(axis=1)
    lag = minimum.argmax(axis=1)
    a, b, c = (dips[voiced, lag[voiced]] for dips in (before, here, after))
    hz = np.zeros(len(minimum))
    hz[voiced] = rate / (low + lag[voiced] + (a - c) / (2 * (a - 2 * b + c)))
    return hz


def _aperiodicity(frames: Float[np.ndarray, "T n"], window: int, lags: int) -> Float[np.ndarray, "T K"]:
    """d'(τ) of each frame for τ = 0, ..., lags."""
    size = fft.next_fast_len(frames.shape[1], real=True)
    spectrum, first = fft.rfft(frames, size), fft.rfft(frames[:, :window], size)
    products = fft.irfft(spectrum * first.conj(), size)[:, : lags + 1]
    sums = np.cumsum(np.pad(frames**2, ((0, 0), (1, 0))), axis=1)
    energies = sums[:, window : window + lags + 1] - sums[:, : lags + 1]
    d = energies[:, :1] + energies - 2 * products + 2 * window * ROUNDING
    means = np.cumsum(d[:, 1:], axis=1) / np.arange(1, lags + 1)
    return np.pad(d[:, 1:] / means, ((0, 0), (1, 0)), constant_values=1.0)


def _bands(samples: Int16[np.ndarray, " n"], rate: float) -> Float[np.ndarray, "T K"]:
    """Power density of each frame in mel bands; for white noise, its variance in each band."""
    width = round(WINDOW * rate)
    size = fft.next_fast_len(2 * width, real=True)
    window = np.hanning(width + 2)[1:-1]
    bank = _bank(size, rate) / np.sum(window**2)
    blocks = _blocks(samples, width, round(HOP * rate))
    power = [np.abs(fft.rfft(frames * window, size)) ** 2 @ bank + ROUNDING for frames in blocks]
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
    return np.concatenate([np.empty(0), *(np.mean(f**2, axis=1) + ROUNDING for f in _blocks(samples, width, width))])


def _blocks(samples: Int16[np.ndarray, " n"], width: int, hop: int) -> Iterator[Float[np.ndarray, "T W"]]:
    """Frames of `width` samples, one every `hop`, in blocks so that long recordings need little memory."""
    if len(samples) < width:
        return
    frames = sliding_window_view(samples, width)[::hop]
    for start in range(0, len(frames), BLOCK):
        yield frames[start : start + BLOCK].astype(np.float64)


def _decibels(power: Float[np.ndarray, "*s"]) -> Float[np.ndarray, "*s"]:
    return 10 * np.log10(power / FULL**2)
