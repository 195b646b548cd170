"""The pitch of sound by YIN, which finds the period at which a frame differs least from itself."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, Int16
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft

FULL = 32768.0  # full scale, 16-bit units
ROUNDING = 1 / 12  # power of rounding noise, 16-bit units squared: gives silence a finite level and no pitch
WINDOW, HOP = 0.025, 0.01  # seconds: length and hop of frames
PITCH = (60.0, 400.0)  # Hz
APERIODIC = 0.2  # share of the power of a frame by which its periods may differ if it is voiced
BLOCK = 1000  # frames in memory at a time


def pitch(samples: Int16[np.ndarray, " n"], rate: float, hop: int | None = None) -> Float[np.ndarray, " T"]:
    """Fundamental frequency in Hz, 60 to 400 Hz, 0 where unvoiced, by YIN (de Cheveigné and Kawahara 2002).

    With d(τ) = Σ_j (x_j - x_{j+τ})² + W/6 over a window of W samples, the period is the first minimum below 0.2 of
    d'(τ) = τ d(τ) / Σ_{i≤τ} d(i), refined by a parabola. W/6 is the share of rounding, which makes silence unvoiced.

    Args:
      samples: of one recording; one value needs 42 ms.
      rate: Hz.
      hop: samples from one value to the next; None for 10 ms.
    """
    low, high, window = int(rate / PITCH[1]), int(np.ceil(rate / PITCH[0])), round(WINDOW * rate)
    found = [np.empty(0)]
    for frames in blocks(samples, span(rate), hop or round(HOP * rate)):
        dips = _aperiodicity(frames, window, high + 1)
        before, here, after = dips[:, low - 1 : high], dips[:, low : high + 1], dips[:, low + 1 : high + 2]
        minimum = (here < APERIODIC) & (here <= before) & (here < after)
        found.append(_first(minimum, before, here, after, low, rate))
    return np.concatenate(found)


def span(rate: float) -> int:
    """The samples that one value of `pitch` needs: a window, and the longest period after it."""
    return round(WINDOW * rate) + int(np.ceil(rate / PITCH[0])) + 1


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


def blocks(samples: Int16[np.ndarray, " n"], width: int, hop: int) -> Iterator[Float[np.ndarray, "T W"]]:
    """Frames of `width` samples, one every `hop`, in blocks so that long recordings need little memory."""
    if len(samples) < width:
        return
    frames = sliding_window_view(samples, width)[::hop]
    for start in range(0, len(frames), BLOCK):
        yield frames[start : start + BLOCK].astype(np.float64)
