"""Backward-adaptive linear prediction: each block is predicted from the windowed past, so nothing is transmitted."""

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from swn_jax.domains.speech.baselines.levinson import levinson

ORDER = 16
BLOCK = 20  # samples predicted by the same coefficients; 1.25 ms at 16 kHz
PAST = 480  # samples that coefficients are estimated from, 30 ms at 16 kHz
FADE = 40  # the newest of them, which the window lets down
LARGER, LEAST = 1e-5, 1e-6  # of R[0]: its relative increase, and the power added to each sample, for silence
AT_ONCE = 4096  # blocks in memory


def residual(x: Float[np.ndarray, " n"], given: int) -> Float[np.ndarray, " m"]:
    """What the prediction leaves of the samples after the `given` ones; before the first sample there are zeros."""
    padded = np.concatenate([np.zeros(PAST), x])
    blocks = -(-(len(x) - given) // BLOCK)
    past = sliding_window_view(padded, PAST)[given : len(x) : BLOCK]
    parts = [levinson(autocorrelations(past[at : at + AT_ONCE])) for at in range(0, blocks, AT_ONCE)]
    left = x[given:].copy()
    for lag, a in enumerate(np.concatenate(parts).T, start=1):
        left -= np.repeat(a, BLOCK)[: len(left)] * padded[PAST + given - lag : len(padded) - lag]
    return left


def autocorrelations(past: Float[np.ndarray, "B n"]) -> Float[np.ndarray, "B K"]:
    """R[0], ..., R[16] of each windowed row; R[0] is increased so that silence has one too."""
    windowed = past * window()
    lags = [np.einsum("bn,bn->b", windowed[:, lag:], windowed[:, : PAST - lag]) for lag in range(ORDER + 1)]
    lags[0] = lags[0] * (1 + LARGER) + LEAST * PAST
    return np.stack(lags, axis=1)


def window() -> Float[np.ndarray, " n"]:
    """The rising half of a raised cosine, let down over the newest samples, which are near the block to predict."""
    rise = np.sin(np.pi * (np.arange(PAST) + 0.5) / (2 * PAST)) ** 2
    rise[-FADE:] *= np.cos(np.linspace(0, np.pi / 4, FADE))
    return rise
