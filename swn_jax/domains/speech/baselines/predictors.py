"""Classic predictors of sound: what they leave of a signal, given its past."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.domains.speech.baselines import linear
from swn_jax.domains.speech.baselines.long_term import without_period

Signal = Float[np.ndarray, " _"]  # standardised samples
Residuals = tuple[Signal, ...]  # of one predictor or several, of the samples after the given ones


class Predictor(NamedTuple):
    """A predictor. Each sample minus its residual is a function of the samples before it."""

    residuals: Callable[[Signal, int], Residuals]  # signal, count of given samples
    coefficients: int = 0  # fitted to training sound


def adaptive_variance(training: Sequence[Signal]) -> Predictor:
    """Zero, so that running levels say all."""
    return Predictor(lambda x, given: (x[given:],))


def preemphasis(training: Sequence[Signal]) -> Predictor:
    """a x[t-1] with a by least squares: first-order pre-emphasis."""
    a = sum(x[1:] @ x[:-1] for x in training) / sum(x[:-1] @ x[:-1] for x in training)
    return Predictor(lambda x, given: (x[given:] - a * x[given - 1 : -1],), coefficients=1)


def linear_prediction(training: Sequence[Signal]) -> Predictor:
    """Backward-adaptive linear prediction of order 16."""
    return Predictor(lambda x, given: (linear.residual(x, given),))


def long_term_prediction(training: Sequence[Signal]) -> Predictor:
    """Linear prediction, and from its residual long-term prediction: a mixture of both."""

    def residuals(x: Signal, given: int) -> Residuals:
        r = linear.residual(x, given)
        return r, without_period(r)

    return Predictor(residuals)


PREDICTORS: Mapping[str, Callable[[Sequence[Signal]], Predictor]] = MappingProxyType({
    fit.__name__: fit for fit in (adaptive_variance, preemphasis, linear_prediction, long_term_prediction)
})  # fmt: skip
