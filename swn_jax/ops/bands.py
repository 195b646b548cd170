"""The power of a frame of sound in bands of frequency."""

import functools

import numpy as np
from jaxtyping import Array, Float

from swn_jax.ops.exact import product

BANDS = 20
KNEE = 700 / 16000  # of the mel scale at 16 kHz, in cycles per sample: linear below, logarithmic above


@functools.cache
def edges(width: int) -> tuple[int, ...]:
    """The first bin of each band and the end of the last, of the `width // 2 + 1` bins of a frame's spectrum.

    The bands are equally wide on a mel scale of the frequency in cycles per sample: f / KNEE = exp(mel) - 1. Where bins
    are wider than bands, in narrow frames, there are fewer bands.
    """
    mel = np.linspace(0, np.log1p(0.5 / KNEE), BANDS + 1)
    inner = np.round(KNEE * np.expm1(mel[:-1]) * width).astype(int)
    return (*np.unique(inner).tolist(), width // 2 + 1)


@functools.cache
def transform(width: int) -> tuple[Float[np.ndarray, "D K2"], Float[np.ndarray, "K2 bands"]]:
    """The real and imaginary parts of the windowed DFT as one matrix, and the mean of their squares in each band.

    The window is Hann's, scaled so that white noise of variance v has power v in every band.
    """
    n, k = np.arange(width), np.arange(width // 2 + 1)
    window = np.sin(np.pi * (n + 0.5) / width) ** 2
    angle = 2 * np.pi * np.outer(n, k) / width
    waves = (window / np.sqrt(np.sum(window**2)))[:, None] * np.concatenate([np.cos(angle), np.sin(angle)], axis=1)
    first, end = np.array(edges(width)[:-1]), np.array(edges(width)[1:])
    inside = (k[:, None] >= first) & (k[:, None] < end)
    return waves, np.tile(inside / (end - first), (2, 1))


def band_powers(x: Float[Array, "*S D"]) -> Float[Array, "*S bands"]:
    """The power of each frame in bands of frequency, `mean_k |DFT(window * x)_k|^2` over the bins k of each band.

    Args:
      x: frames of D samples.
    """
    waves, means = transform(x.shape[-1])
    return product(product(x, waves) ** 2, means)  # quiet bands beside loud
