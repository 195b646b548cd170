"""The vocal tract: resonators in a chain, whose frequencies move from block to block."""

import numpy as np
from jaxtyping import Float
from scipy.signal import sosfilt


def resonators(
    frequency: Float[np.ndarray, "*shape"], bandwidth: Float[np.ndarray, "*shape"], rate: int
) -> Float[np.ndarray, "*shape 6"]:
    """Second-order sections with a pole pair at `frequency` and `bandwidth` in Hz, gain 1 at 0 Hz (Klatt 1980)."""
    radius = np.exp(-np.pi * bandwidth / rate)
    back = 2 * radius * np.cos(2 * np.pi * frequency / rate)
    one, zero = np.ones_like(back), np.zeros_like(back)
    return np.stack([1 - back + radius**2, zero, zero, one, -back, radius**2], axis=-1)


def chain(
    signal: Float[np.ndarray, " n"], sections: Float[np.ndarray, "blocks k 6"], block: int
) -> Float[np.ndarray, " n"]:
    """Filter `signal` by the k `sections` of each `block` samples in turn, memory carried from block to block."""
    out = np.empty_like(signal)
    memory = np.zeros((sections.shape[1], 2))
    for number, sos in enumerate(sections):
        part = slice(number * block, (number + 1) * block)
        out[part], memory = sosfilt(sos, signal[part], zi=memory)
    return out
