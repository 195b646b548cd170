"""Running levels of a signal, and the Gaussians whose scales follow them."""

import math
from collections.abc import Iterator

import numpy as np
import scipy
from jaxtyping import Bool, Float

SPANS = (20, 80, 400)  # samples over which a level forgets; 1 to 25 ms at 16 kHz
FACTORS = (0.35, 0.7, 1.4, 3.0)  # of a level, the scales that it offers
START = 1e-3  # of a level, before a sample was seen; standardised units squared, as all powers here
LEAST = 1e-6  # power added to each sample, so that no level dies away in digital silence
FLOOR = 2e-4  # added to every scale, standardised units
COMPONENTS = len(SPANS) * len(FACTORS)


def levels(residual: Float[np.ndarray, " n"]) -> Iterator[Float[np.ndarray, " n"]]:
    """The level before each sample, one array per span: v[t+1] = λ v[t] + (1 - λ) (r[t]² + 1e-6), λ = exp(-1/span)."""
    power = residual**2 + LEAST
    for span in SPANS:
        keep = math.exp(-1 / span)
        after, _ = scipy.signal.lfilter([1 - keep], [1, -keep], power, zi=[keep * START])
        yield np.concatenate([[START], after])[:-1]


def log_gaussians(residual: Float[np.ndarray, " n"]) -> Iterator[Float[np.ndarray, " n"]]:
    """log N(r[t]; 0, s²) for each scale s = factor √v[t] + 2e-4, one array per component."""
    for level in levels(residual):
        for factor in FACTORS:
            scale = factor * np.sqrt(level) + FLOOR
            yield -0.5 * (residual / scale) ** 2 - np.log(scale) - 0.5 * math.log(2 * math.pi)


def at_floor(residual: Float[np.ndarray, " n"]) -> Bool[np.ndarray, " n"]:
    """Whether the added power is half of the fastest level or more, so that the density is that of the floor."""
    return next(levels(residual)) <= 2 * LEAST
