"""Baselines of speech: a classic predictor, and a mixture of Gaussians over running levels for what it leaves."""

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from swn_jax.data.baseline import Baseline, Fit, FrameScores
from swn_jax.domains.speech.baselines import levels
from swn_jax.domains.speech.baselines.mixture import fit_weights, log_mixture
from swn_jax.domains.speech.baselines.predictors import PREDICTORS, Predictor, Residuals, Signal

LIKELIHOOD = MappingProxyType({
    "name": "gaussian_mixture_over_levels", "spans": levels.SPANS, "factors": levels.FACTORS,
    "floor": math.log(levels.FLOOR),
})  # fmt: skip


def fit(predictor: Callable[[Sequence[Signal]], Predictor], units: Sequence[Float[np.ndarray, "_ D"]]) -> Baseline:
    """Fit a predictor and the weights of its mixture, p(x[t] | past) = Σ_k w_k N(x[t]; m_k[t], s_k[t]²).

    Args:
      predictor: fits one to standardised sound.
      units: of the training split, standardised frames; the first frame of each is given.
    """
    signals = [unit.reshape(-1) for unit in units]
    fitted, given = predictor(signals), units[0].shape[1]
    parts = [np.stack([*components(fitted.residuals(x, given))]) for x in signals]
    weights = fit_weights(np.concatenate(parts, axis=1))
    parameters = fitted.coefficients + len(weights)
    return Baseline(functools.partial(score, fitted, weights), parameters, LIKELIHOOD)


def components(residuals: Residuals) -> Iterator[Signal]:
    """The log densities of the mixture's components, nats."""
    for residual in residuals:
        yield from levels.log_gaussians(residual)


def score(predictor: Predictor, weights: Float[np.ndarray, " K"], unit: Float[np.ndarray, "T D"]) -> FrameScores:
    """Log densities of the frames of a unit after the first, and which of them are as quiet as the floor."""
    residuals = predictor.residuals(unit.reshape(-1), unit.shape[1])
    log_prob = log_mixture(components(residuals), weights)
    frames = len(unit) - 1, unit.shape[1]
    quiet = levels.at_floor(residuals[0]).reshape(frames)
    return FrameScores(log_prob.reshape(frames).sum(1), np.asarray(quiet.any(1)))


BASELINES: Mapping[str, Fit] = MappingProxyType({
    name: functools.partial(fit, predictor) for name, predictor in PREDICTORS.items()
})  # fmt: skip
