"""The samplewise density: in training one parallel pass over all samples, in sampling a scan over those of a frame."""

import jax
from jaxtyping import Array, Bool, Float

from swn_jax.dists import sample_mixture
from swn_jax.dists.classic import settings
from swn_jax.dists.classic.prediction import LEVELS, TAPS, Classic
from swn_jax.dists.laws import LAWS
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.dists.likelihood.samplewise import network
from swn_jax.dists.likelihood.samplewise.parallel import mixtures
from swn_jax.dists.likelihood.samplewise.sampler import next_frame
from swn_jax.errors import unknown
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood, Weights


@recorded
def samplewise(
    order: int = 16,
    history: int = 480,
    pitch: int = 400,
    block: int = 20,
    window: int = 128,
    units: int = 64,
    components: int = 6,
    law: str = "gaussian",
    floor: float = -8.5,
    ceiling: float = 4.0,
) -> Likelihood:
    """A mixture for each sample given all before it, from what backward-adaptive prediction leaves.

    `p(x_t | z, x_<t) = prod_i p(x_i | c_t, x_<i)`: the mean is that of linear prediction from the newest samples, the
    scale a running level of its residual, and a network over the past residual, which what the model's head emits for
    the frame steers, corrects both. P = units + 17, and 9 more with a pitch. Before it has learned anything, it is a
    classic predictor.

    Args:
      order: of linear prediction; 0 for none.
      history: samples from which the coefficients are estimated.
      pitch: the longest period of the long-term predictor in samples, 400 for 40 Hz at 16 kHz; 0 for none.
      block: samples between two estimates, a divisor of the frame.
      window: samples of the past residual that the network reads.
      units: of its two layers.
      components: K of each mixture.
      law: of the components: gaussian, logistic or student (Student's t with 4 degrees of freedom).
      floor: the least log standard deviation, in nats of standardised units.
      ceiling: the largest.
    Raises:
      SwnError: for settings that do not fit together, an unknown law, and frames that are no whole number of blocks.
    """
    check_bounds(floor, ceiling)
    classic = Classic(order, history, pitch, block)
    settings.check(classic, window, units, components)
    if law not in LAWS:
        raise unknown("law", law, LAWS)
    shape, taps = LAWS[law], TAPS if pitch else 0

    def size(width: int) -> int:
        settings.check_width(width, classic)
        return network.parameters(units, taps)

    def init(key: Array, width: int) -> Weights:
        return network.new_weights(key, window, len(LEVELS) + 5 + 2 * taps, units, components)

    def memory(width: int) -> int:
        return -(-max(classic.reach(max(window, network.RECENT)), network.SIGNAL) // width)

    def log_prob(
        weights: Weights,
        params: Float[Array, "*B T P"],
        x: Float[Array, "*B T D"],
        past: Float[Array, "*B M D"],
    ) -> Float[Array, "*B T"]:
        found = mixtures(weights, params, x, past, classic)
        log_scale = bounded(found.log_scale, floor, ceiling)
        return sample_mixture.log_density(shape, *found._replace(log_scale=log_scale)).reshape(x.shape).sum(-1)

    def at_floor(
        weights: Weights, params: Float[Array, "*B T P"], x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]
    ) -> Bool[Array, "*B T"]:
        found = mixtures(weights, params, x, past, classic)
        return (bounded(found.log_scale, floor, ceiling) < floor + AT_FLOOR).any(-1).reshape(x.shape).any(-1)

    def sample(
        weights: Weights,
        key: Array,
        params: Float[Array, "*B P"],
        past: Float[Array, "*B M D"],
        temperature: float | Float[Array, ""] = 1.0,
    ) -> Float[Array, "*B D"]:
        return next_frame(weights, key, params, past, temperature, classic, shape, (floor, ceiling))

    def mean(weights: Weights, params: Float[Array, "*B P"], past: Float[Array, "*B M D"]) -> Float[Array, "*B D"]:
        return next_frame(weights, jax.random.key(0), params, past, 0.0, classic, shape, (floor, ceiling))

    return Likelihood(size, log_prob, sample, at_floor, mean, init, memory)
