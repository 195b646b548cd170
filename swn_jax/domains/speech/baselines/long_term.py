"""Backward-adaptive long-term prediction: voices repeat after a period of the pitch."""

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from swn_jax.domains.speech.baselines.linear import BLOCK

LAGS = range(32, 401)  # samples, none within a block: 500 to 40 Hz at 16 kHz
SPAN = 16  # blocks over which the correlation is taken, 20 ms at 16 kHz
CORRELATED = 0.3  # normalised correlation above which a block counts as voiced
GAIN = 0.8  # share of the estimated gain that is used, the estimate being of the past
LEAST = 1e-9  # energy added, for silence


def without_period(r: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """What a prediction from one period before leaves of a residual of linear prediction.

    The lag of each block is that of the largest normalised correlation over the 16 blocks before it.
    """
    blocks = -(-len(r) // BLOCK)
    padded = np.concatenate([np.zeros(LAGS[-1]), r, np.zeros(blocks * BLOCK - len(r))])
    now = padded[LAGS[-1] :]
    energy, best = _before(now * now) + LEAST, np.zeros(blocks)
    lag, gain = np.full(blocks, LAGS[0]), np.zeros(blocks)
    for candidate in LAGS:
        then = padded[LAGS[-1] - candidate : len(padded) - candidate]
        product, power = _before(now * then), _before(then * then) + LEAST
        correlation = product / np.sqrt(power * energy)
        better = correlation > best
        best[better], lag[better], gain[better] = correlation[better], candidate, (product / power)[better]
    gain = np.where(best > CORRELATED, GAIN * np.minimum(gain, 1.0), 0.0)
    source = np.arange(len(r)) + LAGS[-1] - np.repeat(lag, BLOCK)[: len(r)]
    return r - np.repeat(gain, BLOCK)[: len(r)] * padded[source]


def _before(values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " B"]:
    """For each block the sum over the blocks before it."""
    sums = np.concatenate([np.zeros(SPAN), values.reshape(-1, BLOCK).sum(1)[:-1]])
    return sliding_window_view(sums, SPAN).sum(1)
