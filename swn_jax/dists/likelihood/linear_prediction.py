"""Linear prediction of sound as a likelihood: each sample given those before it, inside the frame and out."""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.density import Weights
from swn_jax.dists.gaussian import draw
from swn_jax.dists.laws import LAWS
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.dists.linear_prediction import driven, predicted, step_up
from swn_jax.errors import SwnError, unknown
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.ops.time import histories
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood

EDGE = 0.999  # |r| stays below it: the least distance of a single real root from the unit circle is 0.001


@recorded
def linear_prediction(
    order: int = 16, gains: int = 0, floor: float = -12.0, ceiling: float = 12.0, law: str = "gaussian"
) -> Likelihood:
    """An autoregression over the samples of a frame, with coefficients that the head emits per frame.

    `x_i ~ N(m_i + sum_k a_k x_(i-k), s_i)`, k = 1 .. N, in the order of time, x_(i-k) reaching into the frames before:
    the exact density of the frame given its past, a Gaussian with a full covariance whose inverse is banded. With
    another law than the normal, that one is of `(x_i - m_i - sum_k a_k x_(i-k)) / s_i`; the Jacobian is 1 still. The
    coefficients come from reflection coefficients `r = 0.999 tanh(raw)`, so that every filter is stable
    (`dists.linear_prediction.step_up`). P = N + D + (G or D): raw reflection coefficients, means, raw log-scales. At
    a head of zeros it is the diagonal density.

    Args:
      order: N, in samples.
      gains: G, the number of equal parts of a frame that have a scale each; 0 for one scale per sample.
      floor, ceiling: bounds of the log scales s, in nats of standardised units.
      law: of what prediction leaves: gaussian, logistic, or student, whose tails bear an onset that no state foresaw.
    Raises:
      SwnError: for an order below 1, gains that do not divide a frame, an unknown law, and where floor and ceiling
        leave no room for a log-scale of 0.
    """
    check_bounds(floor, ceiling)
    if order < 1:
        raise SwnError(f"found order={order}, wanted a number from 1: without prediction it is the gaussian")
    if gains < 0:
        raise SwnError(f"found gains={gains}, wanted 0 for a scale per sample, or a divisor of the frame's width")
    if law not in LAWS:
        raise unknown("law", law, LAWS)
    leaves = LAWS[law]

    def size(width: int) -> int:
        if gains and width % gains:
            raise SwnError(f"found gains={gains}, wanted a divisor of the frame's width {width}, or 0 for a scale each")
        return order + width + (gains or width)

    def split(params: Float[Array, "*S P"], width: int) -> tuple[Array, Array, Array]:
        raw_reflection, mean, raw = jnp.split(params, [order, order + width], axis=-1)
        log_scale = bounded(raw, floor, ceiling)
        if gains:
            log_scale = jnp.repeat(log_scale, width // gains, axis=-1)
        return step_up(EDGE * jnp.tanh(raw_reflection)), mean, log_scale

    def log_prob(
        weights: Weights,
        params: Float[Array, "*B T P"],
        x: Float[Array, "*B T D"],
        past: Float[Array, "*B M D"],
    ) -> Float[Array, "*B T"]:
        coefficients, mean, log_scale = split(params, x.shape[-1])
        prediction = predicted(coefficients, x, joined(histories(x, past)))
        return (leaves.log_prob((x - (mean + prediction)) * jnp.exp(-log_scale)) - log_scale).sum(-1)

    def sample(
        weights: Weights,
        key: Array,
        params: Float[Array, "*B P"],
        past: Float[Array, "*B M D"],
        temperature: float | Float[Array, ""] = 1.0,
    ) -> Float[Array, "*B D"]:
        coefficients, mean, log_scale = split(params, past.shape[-1])
        noise = temperature * leaves.draw(key, mean.shape, mean.dtype)
        return driven(coefficients, draw(mean, log_scale, noise), joined(past))

    def at_floor(
        weights: Weights, params: Float[Array, "*B T P"], x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]
    ) -> Bool[Array, "*B T"]:
        return (split(params, x.shape[-1])[2] < floor + AT_FLOOR).any(-1)

    def mean(weights: Weights, params: Float[Array, "*B P"], past: Float[Array, "*B M D"]) -> Float[Array, "*B D"]:
        coefficients, drive, _ = split(params, past.shape[-1])
        return driven(coefficients, drive, joined(past))

    return Likelihood(size, log_prob, sample, at_floor, mean, memory=lambda width: -(-order // width))


def joined(frames: Float[Array, "*S M D"]) -> Float[Array, "*S L"]:
    """The samples of consecutive frames as one row, oldest first."""
    return frames.reshape(*frames.shape[:-2], -1)
