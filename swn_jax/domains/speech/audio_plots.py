"""WAV files, and plots of waveforms and spectrograms."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from jaxtyping import Float, Int16
from numpy.lib.stride_tricks import sliding_window_view

from swn_jax.data.domain import known_rate

COLUMNS = 4000  # of a waveform or a spectrogram: more than the pixels of a picture


def write_wav(path: Path | str, samples: Int16[np.ndarray, " n"], rate: float) -> None:
    """Write a 16-bit mono WAV file."""
    soundfile.write(str(path), samples, round(rate), subtype="PCM_16")


def draw_rows(
    path: Path | str, rows: Mapping[str, Int16[np.ndarray, " n"]], rate: float | None, extra: Mapping[str, Any]
) -> None:
    """Draw waveform and spectrogram of each sound into a PNG, one row per sound, named by its key."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rate = known_rate("speech", rate)
    figure = Figure(figsize=(12, 1.6 * len(rows) + 0.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(rows), 2, squeeze=False, sharex=True, width_ratios=(1, 1))
    loudest = max(1.0, *(float(np.abs(s.astype(np.float64)).max()) for s in rows.values()))
    for (wave, spectrum), (name, samples) in zip(axes, rows.items(), strict=True):
        wave.plot(*_outline(samples, rate), linewidth=0.3, color="black")
        wave.set(ylim=(-loudest, loudest), yticks=[], ylabel=name)
        _draw_spectrum(spectrum, samples, rate)
        wave.set_xlim(0, max(map(len, rows.values())) / rate)
    for axis in axes[-1]:
        axis.set_xlabel("seconds")
    figure.savefig(str(path), dpi=110)


def _outline(samples: Int16[np.ndarray, " n"], rate: float) -> tuple[Float[np.ndarray, " m"], Int16[np.ndarray, " m"]]:
    """Seconds and heights of the outline of a waveform: the minimum and the maximum of each column in turn."""
    width = len(samples) // COLUMNS
    if width < 3:
        return np.arange(len(samples)) / rate, samples
    columns = samples[: len(samples) // width * width].reshape(-1, width)
    ends = np.stack([columns.min(axis=1), columns.max(axis=1)], axis=1)
    return np.repeat(np.arange(len(ends)) * (width / rate), 2), ends.ravel()


def _draw_spectrum(axis: Any, samples: Int16[np.ndarray, " n"], rate: float) -> None:
    width = round(rate / 40)
    # add quantisation noise, so that silence and sounds shorter than a window have a spectrum too
    shown = np.random.default_rng(0).uniform(-0.5, 0.5, max(len(samples), width))
    shown[: len(samples)] += samples
    hop = max(width // 4, len(samples) // COLUMNS)  # a long sound has one frame per column
    window = np.hanning(width)
    frames = sliding_window_view(shown, width)[::hop] * window
    levels = 10 * np.log10(np.abs(np.fft.rfft(frames)) ** 2 / np.sum(window**2))  # for white noise, its variance
    left = (width - hop) / 2  # samples: a frame is drawn at its middle
    extent = (left / rate, (left + len(frames) * hop) / rate, 0, rate / 2)
    axis.imshow(levels.T, extent=extent, origin="lower", aspect="auto", cmap="magma", vmin=-2, vmax=88)
    top = f"{rate / 2000:g} kHz"
    axis.set(ylim=(0, rate / 2), yticks=[0, rate / 4, rate / 2], yticklabels=["0", f"{rate / 4000:g}", top])
