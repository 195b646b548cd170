"""Levinson's recursion for many signals at once."""

import numpy as np
from jaxtyping import Float


def levinson(autocorrelation: Float[np.ndarray, "B K"]) -> Float[np.ndarray, "B p"]:
    """Coefficients a of the best linear prediction x[t] ≈ Σ_k a[k-1] x[t-k], of order p = K - 1.

    Solves the Toeplitz systems Σ_k a[k-1] R[|j-k|] = R[j] for j = 1, ..., p (Levinson 1947, Durbin 1960).

    Args:
      autocorrelation: R[0], ..., R[p] of each signal, with R[0] > 0.
    """
    r = autocorrelation
    a, error = np.zeros((len(r), r.shape[1] - 1)), r[:, 0].copy()
    for m in range(a.shape[1]):
        reflection = (r[:, m + 1] - (a[:, :m] * r[:, m:0:-1]).sum(1)) / error
        a[:, :m] -= reflection[:, None] * a[:, :m][:, ::-1]
        a[:, m] = reflection
        error *= 1 - reflection**2
    return a
