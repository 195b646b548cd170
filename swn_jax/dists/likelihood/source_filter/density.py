"""The source-filter density of a frame: in training one parallel pass over all samples, in sampling a scan."""

import jax
from jaxtyping import Array, Bool, Float

from swn_jax.dists.classic import settings as classic_settings
from swn_jax.dists.classic.prediction import Classic
from swn_jax.dists.laws import LAWS
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.dists.likelihood.source_filter.network import new_weights
from swn_jax.dists.likelihood.source_filter.parallel import log_prob as log_prob_of
from swn_jax.dists.likelihood.source_filter.parallel import mixtures
from swn_jax.dists.likelihood.source_filter.sampler import next_frame
from swn_jax.dists.likelihood.source_filter.state import Settings
from swn_jax.errors import SwnError, unknown
from swn_jax.ops.bounds import AT_FLOOR
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood, Weights

PERIODS = ("found", "told", "pulses")  # by how many numbers of them are told


@recorded
def source_filter(
    order: int = 16,
    gains: int = 5,
    parts: int = 2,
    pitch: int = 400,
    history: int = 480,
    block: int = 20,
    window: int = 160,
    units: int = 64,
    components: int = 6,
    floor: float = -8.5,
    ceiling: float = 4.0,
    period: str = "found",
) -> Likelihood:
    """Linear prediction by the model's own coefficients, and a mixture for each sample of the source that it leaves.

    `p(x_t | z, x_<t) = sum_m p(m | c_t) prod_i p(e_i | c_t, m, e_<i)`, `e_i = x_i - sum_k a_k x_(i-k)`, with the
    Jacobian 1. For each frame the model's head c_t emits reflection coefficients, levels of the source, the weights
    with which it repeats after a period, what says the modes m, and a bias for a small causal network, which reads the
    shape of the source but not its loudness. The period is found in the past; by how much it differs from that, and
    whether the level jumps, are the modes, summed exactly.

    With `period="pulses"` the mean of the source has a pulse about each mark too (`pulses.py`), `b_i(c_t)` times the
    level, as vocoders by linear prediction have (Atal and Hanauer 1971): a voice then begins by itself.

    P = N + G + U + 4 + 4 parts, with a pitch 8 + 7 parts more, with a told period 1, and with pulses 26.

    Where `samplewise` takes level and spectrum from the samples before and wanders where it hears itself, here the
    model's state has to say them: what it makes stays speech. After 400 steps it codes many speakers less well.

    Args:
      order: N, of linear prediction, in samples.
      gains: G, the equal stretches of a frame with a level each.
      parts: the parts of a frame, of whole blocks, for which a period is found and shifted.
      pitch: the longest period in samples, 400 for 40 Hz at 16 kHz; 0 for none.
      history: samples from which backward-adaptive prediction is estimated, in whose residual the period is searched.
      block: samples between two searches, a divisor of the frame.
      window: samples of the past source that the network reads.
      units: U, of its two layers.
      components: K of each mixture.
      floor: the least log standard deviation, in nats of standardised units.
      ceiling: the largest.
      period: "found" in the past, or "told": the last number of each frame's condition, in hundreds of samples, 0 for
        none (`Likelihood.told`), or "pulses": the last two, this period and the time from the start of the frame to a
        mark of its train of pulses, in the same unit, 0 for none.
    Raises:
      SwnError: for settings that do not fit together, and frames that are no whole number of blocks and of gains.
    """
    check_bounds(floor, ceiling)
    if period not in PERIODS:
        raise unknown("period", period, PERIODS)
    if period != "found" and not pitch:
        raise SwnError(f"found period={period} and pitch=0, wanted the longest period in samples: leave pitch out")
    if min(order, gains, parts) < 1:
        raise SwnError(f"found order={order}, gains={gains} and parts={parts}, wanted 1 or more of each")
    told = PERIODS.index(period)
    classic = Classic(order, history, pitch, block)
    settings = Settings(order, gains, parts, classic, window, units, (floor, ceiling), told)
    law = LAWS["gaussian"]
    classic_settings.check(classic, window, units, components, settings.taps)

    def size(width: int) -> int:
        classic_settings.check_width(width, classic)
        if width % gains:
            raise SwnError(f"found gains={gains}, wanted a divisor of the frame's width {width}")
        return settings.parameters

    def init(key: Array, width: int) -> Weights:
        return new_weights(key, window, settings.taps + sum(settings.pulse[0]), units, components)

    def memory(width: int) -> int:
        return -(-settings.reach // width)

    def log_prob(
        weights: Weights, params: Float[Array, "*B T P"], x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]
    ) -> Float[Array, "*B T"]:
        return log_prob_of(law, mixtures(weights, params, x, past, settings), params, settings)

    def at_floor(
        weights: Weights, params: Float[Array, "*B T P"], x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]
    ) -> Bool[Array, "*B T"]:
        steady = mixtures(weights, params, x, past, settings).log_scale[..., 0, :]  # what is bounded: no jump
        return (steady < floor + AT_FLOOR).any((-2, -1))

    def sample(
        weights: Weights,
        key: Array,
        params: Float[Array, "*B P"],
        past: Float[Array, "*B M D"],
        temperature: float | Float[Array, ""] = 1.0,
    ) -> Float[Array, "*B D"]:
        return next_frame(weights, key, params, past, temperature, settings, law)

    def mean(weights: Weights, params: Float[Array, "*B P"], past: Float[Array, "*B M D"]) -> Float[Array, "*B D"]:
        return next_frame(weights, jax.random.key(0), params, past, 0.0, settings, law)

    return Likelihood(size, log_prob, sample, at_floor, mean, init, memory, told)
