"""Sound and pictures of waveforms, for ears and eyes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from jaxtyping import Int16


def write_wav(path: Path | str, samples: Int16[np.ndarray, " n"], rate: float) -> None:
    """A mono RIFF file of 16 bits."""
    soundfile.write(str(path), samples, round(rate), subtype="PCM_16")


def draw_rows(
    path: Path | str, sounds: Mapping[str, Int16[np.ndarray, " n"]], rate: float, extra: Mapping[str, Any]
) -> None:
    """A PNG with waveform and spectrogram of each sound, one row a sound, named by its key."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 1.6 * len(sounds) + 0.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(sounds), 2, squeeze=False, sharex=True, width_ratios=(1, 1))
    loudest = max(1.0, *(float(np.abs(s.astype(np.float64)).max()) for s in sounds.values()))
    for (wave, spectrum), (name, samples) in zip(axes, sounds.items(), strict=True):
        seconds = np.arange(len(samples)) / rate
        wave.plot(seconds, samples, linewidth=0.3, color="black")
        wave.set(ylim=(-loudest, loudest), yticks=[], ylabel=name)
        # one unit of quantisation noise under everything: silence has a spectrum too
        noise = np.random.default_rng(0).uniform(-0.5, 0.5, len(samples))
        window = round(rate / 40)
        spectrum.specgram(
            samples + noise, NFFT=window, Fs=rate, noverlap=window * 3 // 4, cmap="magma", vmin=-40, vmax=50
        )
        top = f"{rate / 2000:g} kHz"
        spectrum.set(ylim=(0, rate / 2), yticks=[0, rate / 4, rate / 2], yticklabels=["0", f"{rate / 4000:g}", top])
    for axis in axes[-1]:
        axis.set_xlabel("seconds")
    figure.savefig(str(path), dpi=110)
