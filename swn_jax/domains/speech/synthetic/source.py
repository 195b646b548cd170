"""The glottal source: pulses with jitter and shimmer."""

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState


def flow(phase: Float[np.ndarray, " n"], opening: float, closing: float) -> Float[np.ndarray, " n"]:
    """Air flow through the glottis at a `phase` in [0, 1) of the period (Rosenberg 1971, shape C), at most 1.

    `opening` and `closing` are the fractions of the period in which the flow rises and falls.
    """
    rising = 0.5 - 0.5 * np.cos(np.pi * phase / opening)
    falling = np.cos(0.5 * np.pi * (phase - opening) / closing)
    return np.where(phase < opening, rising, np.where(phase < opening + closing, falling, 0.0))


def pulses(
    pitch: Float[np.ndarray, " n"],
    rate: int,
    random: RandomState,
    *,
    opening: float,
    closing: float,
    jitter: float = 0.01,
    shimmer: float = 0.05,
) -> Float[np.ndarray, " n"]:
    """The change of flow between samples, which is what the lips radiate, for a `pitch` contour in Hz.

    Each period has its own pitch and strength: `jitter` and `shimmer` are the relative deviations. The difference
    of samples is the derivative averaged over a sample, which suppresses most aliasing.
    """
    periods = int(pitch.sum() / rate * 1.5) + 8
    wavering = 1 + jitter * np.clip(random.standard_normal(periods), -3, 3)
    strength = 1 + shimmer * np.clip(random.standard_normal(periods), -3, 3)
    cycle = np.cumsum(pitch) / rate
    phase = np.cumsum(pitch * wavering[cycle.astype(int)]) / rate
    number = phase.astype(int)
    shape = flow(phase - number, opening, closing) * strength[number]
    return np.diff(shape, prepend=0.0) * rate / pitch.mean()
