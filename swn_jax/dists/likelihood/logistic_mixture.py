"""Mixtures of discretised logistics as a likelihood: a probability of 16-bit sound."""

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.dists import logistic
from swn_jax.dists import mixture as blend
from swn_jax.dists.likelihood.framewise import framewise
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.dists.mu_law import mulaw8
from swn_jax.dists.pcm import Levels, pcm16
from swn_jax.errors import SwnError, unknown
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood

ENCODINGS: dict[str, Callable[[float, float], Levels]] = {"pcm16": pcm16, "mulaw8": mulaw8}


@recorded
def logistic_mixture(
    components: int = 10,
    encoding: str = "pcm16",
    floor: float = -12.0,
    ceiling: float = 12.0,
    scale: float = 1.0,
    shift: float = 0.0,
) -> Likelihood:
    """A mixture of K discretised logistics for each sample of 16-bit sound (Salimans et al. 2017; Havtorn et al. 2022).

    P = 3 D K: means (as `spread` moves them), raw log-scales, logits. A frame has the probability of its integers
    `raw = x * scale + shift`, so that bits per sample, `-log2 P`, is the length of a lossless code. In the units of
    all densities it is `log_prob = log P + log(scale)` per sample, an integer being 1 / scale wide.

    With "mulaw8" the logistics give the probability of the 256 levels, and the integers of a level share it evenly:
    `P = P(level) / size(level)`, a lossless code of the 16 bits too. Bits per level, as models of 8-bit sound report
    them, are bits per sample less the mean of `log2 size(level)` over the data.

    Args:
      components: K.
      encoding: "pcm16", 65,536 levels, or "mulaw8", 256 levels.
      floor, ceiling: bounds of the log-scales, in nats of standardised units; for "mulaw8" of the companded axis, which
        runs from -1 to 1.
      scale, shift: raw units; a run takes them from its corpus.
    Raises:
      SwnError: for an unknown encoding, K below 1, and where floor and ceiling leave no room for a log-scale of 0.
    """
    check_bounds(floor, ceiling)
    if encoding not in ENCODINGS:
        raise unknown("encoding of 16-bit sound", encoding, ENCODINGS)
    if components < 1:
        raise SwnError(f"found components={components}, wanted a number from 1: mend the configuration")
    levels = ENCODINGS[encoding](scale, shift)

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array, Array]:
        """Logits, and means and log-scales in levels, [..., K, D]."""
        mean, raw, weight = jnp.split(params.reshape(*params.shape[:-1], components, -1), 3, axis=-1)
        mean = blend.spread(mean, 1) if components > 1 else mean
        log_scale = bounded(raw, floor, ceiling) + math.log(levels.per_unit)
        return weight, levels.at_zero + levels.per_unit * mean, log_scale

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        weight, mean, log_scale = split(params)
        level = levels.encode(x)
        one = jnp.broadcast_to(level[..., None, :], mean.shape)
        parts = logistic.log_mass(one, mean, log_scale, levels.first, levels.last)
        log_mass = jax.nn.logsumexp(jax.nn.log_softmax(weight, axis=-2) + parts, axis=-2)
        return (log_mass - levels.log_width(level)).sum(-1)

    def sample(
        key: Array, params: Float[Array, "*S P"], temperature: float | Float[Array, ""] = 1.0
    ) -> Float[Array, "*S D"]:
        key_weight, key_level, key_place = jax.random.split(key, 3)
        mean, log_scale = blend.choose(key_weight, *split(params), temperature)
        noise = temperature * jax.random.logistic(key_level, mean.shape, mean.dtype)
        level = logistic.draw(mean, log_scale, noise, levels.first, levels.last)
        place = jax.random.uniform(key_place, mean.shape, mean.dtype, -0.5, 0.5)
        return levels.decode(level, temperature * place)

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[-1] < floor + math.log(levels.per_unit) + AT_FLOOR).any((-1, -2))

    def mean(params: Float[Array, "*S P"]) -> Float[Array, "*S D"]:
        weight, means, _ = split(params)
        return levels.expand((jax.nn.softmax(weight, axis=-2) * means).sum(-2))

    return framewise(lambda width: 3 * components * width, log_prob, sample, at_floor, mean)
