"""The vocal tract: a resonator whose frequency may change with every sample."""

import numpy as np
from jaxtyping import Float
from scipy.linalg.lapack import dtbtrs


def resonator(
    signal: Float[np.ndarray, " n"],
    frequency: Float[np.ndarray, " n"],
    bandwidth: Float[np.ndarray, " n"],
    rate: int,
    *,
    unity: bool = True,
) -> Float[np.ndarray, " n"]:
    """A pole pair at `frequency` and `bandwidth` in Hz: y_n = a_n x_n + b_n y_{n-1} + c_n y_{n-2} (Klatt 1980).

    a_n makes the gain 1 at 0 Hz, as formants need; without `unity` it is 1, which keeps the power of noise.
    scipy has no filter with coefficients per sample, but this is a triangular system of three bands, which LAPACK
    solves in one pass; a filter switched from block to block would click.
    """
    radius = np.exp(-np.pi * bandwidth / rate)
    b, c = 2 * radius * np.cos(2 * np.pi * frequency / rate), -(radius**2)
    bands = np.zeros((3, len(signal)))
    bands[0] = 1.0
    bands[1, :-1], bands[2, :-2] = -b[1:], -c[2:]
    driven = (1 - b - c) * signal if unity else signal
    answer, _ = dtbtrs(bands, driven[:, None], uplo="L")
    return answer[:, 0]
