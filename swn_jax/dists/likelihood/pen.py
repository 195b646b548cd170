"""A pen's state and offset as a likelihood."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.dists import bivariate
from swn_jax.dists import mixture as blend
from swn_jax.dists.likelihood.framewise import framewise
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.dists.pen_state import BIT, THREE
from swn_jax.errors import SwnError
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood

LEAST = 1e-4  # of the share of a text that counts as written, so that every end has some probability
FISHER = 4.0  # |arctanh r| stays below it: correlations up to 0.9993


@recorded
def pen(
    components: int = 1, floor: float = -12.0, ceiling: float = 12.0, end: bool = False, text: bool = False
) -> Likelihood:
    """A Bernoulli pen bit, and a mixture of correlated Gaussians over the offset (Graves 2013; Chung et al. 2015).

    A frame is (pen, dx, dy); the pen is 1 where a stroke ends. P = 1 + 6 K: the pen's logit, then for the K
    components logits of the weights, two means (as `spread` moves them), two raw log-scales and the raw Fisher z
    of the correlation. For K = 1 the weight is 1 and P = 6.
    With `end` the pen is 2 where a stroke ends and the drawing too: a law of three states (Ha & Eck 2018), with a logit
    each for 1 and 2, so P is larger by 1.
    Samples have the states by their own law at every temperature but 0, as those of Graves at every bias: a lift, and
    more so an end, is at no moment the likeliest thing to do, and a law made sharper would hardly ever do it.

    Args:
      components: K.
      floor: the least log standard deviation, in nats of standardised units.
      ceiling: the largest.
      end: whether drawings end.
      text: whether they end with a text that a model writes: the last of the P, which it is told, is the share s of
        its window's look that lies beyond the last letter, and the odds of an end are times s.
    Raises:
      SwnError: for K below 1, where floor and ceiling leave no room for a log-scale of 0, and for `text` without `end`.
    """
    check_bounds(floor, ceiling)
    if components < 1:
        raise SwnError(f"found components={components}, wanted a number from 1: mend the configuration")
    if text and not end:
        raise SwnError("found text=True and end=False, wanted drawings that end: set end=True too, or leave text out")
    weights = components if components > 1 else 0
    state = THREE if end else BIT
    first = state.size + weights
    borders = [state.size, first, first + 2 * components, first + 4 * components]

    def size(width: int) -> int:
        if width != 3:
            raise SwnError(f"the pen's frames are (pen, dx, dy): found a width of {width}: take another likelihood")
        return borders[-1] + components + text

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array, Array, Array, Array]:
        numbers = params[..., :-1] if text else params
        logits, weight, mean, raw, fisher = jnp.split(numbers, borders, axis=-1)
        if text:
            ends = logits[..., 1:] + jnp.log(jnp.clip(params[..., -1:], LEAST, 1))
            logits = jnp.concatenate([logits[..., :1], ends], axis=-1)
        pairs = (*params.shape[:-1], components, 2)
        weight = weight if weights else jnp.zeros_like(fisher)
        log_scale = bounded(raw, floor, ceiling)
        mean = blend.spread(mean.reshape(pairs), 2) if weights else mean.reshape(pairs)
        return logits, weight, mean, log_scale.reshape(pairs), bounded(fisher, -FISHER, FISHER)

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        logits, weight, mean, log_scale, fisher = split(params)
        offset = bivariate.log_prob(x[..., None, 1:], mean, log_scale, fisher)
        mixed = jax.nn.logsumexp(jax.nn.log_softmax(weight) + offset, axis=-1)
        return state.log_prob(logits, x[..., 0]) + mixed

    def sample(
        key: Array, params: Float[Array, "*S P"], temperature: float | Float[Array, ""] = 1.0
    ) -> Float[Array, "*S D"]:
        logits, weight, mean, log_scale, fisher = split(params)
        sharp = jnp.maximum(temperature, 1e-3)  # towards 0 the likelier component
        calm = jnp.where(jnp.asarray(temperature) > 0, 1.0, 1e-3)  # at 0 the likeliest state
        key_pen, key_weight, key_offset = jax.random.split(key, 3)
        up = state.sample(key_pen, logits, calm)
        chosen = jax.random.categorical(key_weight, weight / sharp)[..., None, None]
        noise = temperature * jax.random.normal(key_offset, mean.shape, mean.dtype)
        offsets = bivariate.draw(mean, log_scale, fisher, noise)
        offset = jnp.take_along_axis(offsets, chosen, axis=-2)[..., 0, :]
        return jnp.concatenate([up[..., None], offset], -1)

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[3] < floor + AT_FLOOR).any((-1, -2))

    def mean(params: Float[Array, "*S P"]) -> Float[Array, "*S D"]:
        logits, weight, mean, _, _ = split(params)
        offset = (jax.nn.softmax(weight)[..., None] * mean).sum(-2)
        return jnp.concatenate([state.likeliest(logits)[..., None], offset], -1)

    return framewise(size, log_prob, sample, at_floor, mean)._replace(told=int(text), text=text)
