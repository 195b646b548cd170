"""Mixtures whose components are known and whose weights are fitted: an exact density for any weights that sum to 1."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

STEPS = 30  # of the EM algorithm


def fit_weights(log_probs: Float[np.ndarray, "K n"], steps: int = STEPS) -> Float[np.ndarray, " K"]:
    """Weights of high likelihood, by the EM algorithm from equal ones (Dempster, Laird and Rubin 1977).

    Args:
      log_probs: of each sample under each component, nats.
      steps: of the algorithm; none lowers the likelihood.
    """
    probs = np.exp(log_probs - log_probs.max(0))
    weights = np.full(len(probs), 1 / len(probs))
    for _ in range(steps):
        weights = weights * (probs @ (1 / (weights @ probs))) / probs.shape[1]
        weights /= weights.sum()  # which is 1 but for rounding
    return weights


def log_mixture(
    log_probs: Iterable[Float[np.ndarray, " n"]], weights: Float[np.ndarray, " K"]
) -> Float[np.ndarray, " n"]:
    """log Σ_k w_k p_k of each sample in nats; components come one at a time, so that many need no memory."""
    total = np.array(-np.inf)
    for log_prob, log_weight in zip(log_probs, np.log(np.maximum(weights, np.finfo(float).tiny)), strict=True):
        total = np.logaddexp(total, log_prob + log_weight)
    return total
