"""Sound and pictures of waveforms, for ears and eyes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile
from jaxtyping import Float, Int16

PEAK = 32767


def to_pcm(x: Float[np.ndarray, "T D"], mean: float, std: float) -> tuple[Int16[np.ndarray, " n"], int]:
    """Standardised frames as 16-bit samples, and how many had to be clipped."""
    raw = np.rint(np.asarray(x, np.float64).reshape(-1) * std + mean)
    return np.clip(raw, -PEAK - 1, PEAK).astype(np.int16), int((np.abs(raw) > PEAK).sum())


def write_wav(path: Path | str, samples: Int16[np.ndarray, " n"], rate: int) -> None:
    """A mono RIFF file of 16 bits."""
    soundfile.write(str(path), samples, rate, subtype="PCM_16")


def draw(path: Path | str, sounds: Mapping[str, Int16[np.ndarray, " n"]], rate: int) -> None:
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
        spectrum.specgram(samples + noise, NFFT=400, Fs=rate, noverlap=300, cmap="magma", vmin=-40, vmax=50)
        spectrum.set(ylim=(0, rate / 2), yticks=[0, 4000, rate // 2], yticklabels=["0", "4", f"{rate // 2000} kHz"])
    for axis in axes[-1]:
        axis.set_xlabel("seconds")
    figure.savefig(str(path), dpi=110)
