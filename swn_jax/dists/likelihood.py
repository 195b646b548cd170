"""The densities that a model's head can emit, as records of pure functions."""

import inspect
from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.dists import bivariate
from swn_jax.dists import gaussian as normal
from swn_jax.dists import mixture as blend
from swn_jax.errors import SwnError, unknown
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.types import Likelihood

Factor = float | Float[Array, ""]


def gaussian(floor: float = -12.0, ceiling: float = 12.0) -> Likelihood:
    """The diagonal Gaussian of the paper (section 4), its log-scale bounded: P = 2 D, means and raw log-scales.

    Args:
      floor: the least log standard deviation, in nats of standardised units. It bounds the density:
        runs of equal samples (digital silence) would otherwise add log-likelihood without end.
      ceiling: the largest log standard deviation.
    Raises:
      SwnError: where floor and ceiling leave no room for a log-scale of 0, at which training starts.
    """
    _check(floor, ceiling)

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array]:
        mean, raw = jnp.split(params, 2, axis=-1)
        return mean, bounded(raw, floor, ceiling)

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        return normal.log_prob(x, *split(params)).sum(-1)

    def sample(key: Array, params: Float[Array, "*S P"], temperature: Factor = 1.0) -> Float[Array, "*S D"]:
        mean, log_scale = split(params)
        return normal.draw(mean, log_scale, temperature * jax.random.normal(key, mean.shape, mean.dtype))

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[1] < floor + AT_FLOOR).any(-1)

    return Likelihood(lambda width: 2 * width, log_prob, sample, at_floor, mean=lambda params: split(params)[0])


FISHER = 4.0  # |arctanh r| stays below it: correlations up to 0.9993


def pen(components: int = 1, floor: float = -12.0, ceiling: float = 12.0) -> Likelihood:
    """Ink: the pen bit is Bernoulli, the offset a mixture of correlated Gaussians (Graves 2013; Chung et al. 2015).

    A frame is (pen, dx, dy); the pen is 1 where a stroke ends. P = 1 + 6 K: the pen's logit, then for the K
    components logits of the weights, two means (as `spread` moves them), two raw log-scales and the raw Fisher z
    of the correlation. For K = 1 the weight is 1 and P = 6.

    Args:
      components: K.
      floor: the least log standard deviation, in nats of standardised units.
      ceiling: the largest.
    Raises:
      SwnError: for K below 1, and where floor and ceiling leave no room for a log-scale of 0.
    """
    _check(floor, ceiling)
    if components < 1:
        raise SwnError(f"found components={components}, wanted a number from 1: mend the configuration")
    weights = components if components > 1 else 0
    borders = [1, 1 + weights, 1 + weights + 2 * components, 1 + weights + 4 * components]

    def size(width: int) -> int:
        if width != 3:
            raise SwnError(f"the pen's frames are (pen, dx, dy): found a width of {width}: take another likelihood")
        return borders[-1] + components

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array, Array, Array, Array]:
        logit, weight, mean, raw, fisher = jnp.split(params, borders, axis=-1)
        pairs = (*params.shape[:-1], components, 2)
        weight = weight if weights else jnp.zeros_like(fisher)
        log_scale = bounded(raw, floor, ceiling)
        mean = blend.spread(mean.reshape(pairs), 2) if weights else mean.reshape(pairs)
        return logit[..., 0], weight, mean, log_scale.reshape(pairs), bounded(fisher, -FISHER, FISHER)

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        logit, weight, mean, log_scale, fisher = split(params)
        offset = bivariate.log_prob(x[..., None, 1:], mean, log_scale, fisher)
        mixed = jax.nn.logsumexp(jax.nn.log_softmax(weight) + offset, axis=-1)
        return x[..., 0] * logit - jax.nn.softplus(logit) + mixed

    def sample(key: Array, params: Float[Array, "*S P"], temperature: Factor = 1.0) -> Float[Array, "*S D"]:
        logit, weight, mean, log_scale, fisher = split(params)
        sharp = jnp.maximum(temperature, 1e-3)  # towards 0 the likelier pen and component
        key_pen, key_weight, key_offset = jax.random.split(key, 3)
        down = jax.random.bernoulli(key_pen, jax.nn.sigmoid(logit / sharp)).astype(params.dtype)
        chosen = jax.random.categorical(key_weight, weight / sharp)[..., None, None]
        noise = temperature * jax.random.normal(key_offset, mean.shape, mean.dtype)
        offsets = bivariate.draw(mean, log_scale, fisher, noise)
        offset = jnp.take_along_axis(offsets, chosen, axis=-2)[..., 0, :]
        return jnp.concatenate([down[..., None], offset], -1)

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[3] < floor + AT_FLOOR).any((-1, -2))

    def mean(params: Float[Array, "*S P"]) -> Float[Array, "*S D"]:
        logit, weight, mean, _, _ = split(params)
        offset = (jax.nn.softmax(weight)[..., None] * mean).sum(-2)
        return jnp.concatenate([(logit > 0).astype(params.dtype)[..., None], offset], -1)

    return Likelihood(size, log_prob, sample, at_floor, mean)


def mixture(components: int = 20, shared: bool = False, floor: float = -12.0, ceiling: float = 12.0) -> Likelihood:
    """K Gaussians for each number of a frame, or K diagonal Gaussians of whole frames (Chung et al. 2015).

    P = 3 D K, or (2 D + 1) K when shared: means (as `spread` moves them), raw log-scales, logits.

    Args:
      components, shared: K, and whether one set of weights serves all numbers, which then depend on each other.
      floor, ceiling: bounds of the log standard deviations, in nats of standardised units.
    Raises:
      SwnError: for K below 2, and where floor and ceiling leave no room for a log-scale of 0.
    """
    _check(floor, ceiling)
    if components < 2:
        raise SwnError(f"found components={components}, wanted a number from 2: one component is the gaussian")

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array, Array]:
        by_component = params.reshape(*params.shape[:-1], components, -1)
        width = (by_component.shape[-1] - 1) // 2 if shared else by_component.shape[-1] // 3
        mean, raw, weight = jnp.split(by_component, [width, 2 * width], axis=-1)
        return weight, blend.spread(mean, width if shared else 1), bounded(raw, floor, ceiling)

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        return blend.log_prob(x, *split(params))

    def sample(key: Array, params: Float[Array, "*S P"], temperature: Factor = 1.0) -> Float[Array, "*S D"]:
        return blend.draw(key, *split(params), temperature)

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[-1] < floor + AT_FLOOR).any((-1, -2))

    def mean(params: Float[Array, "*S P"]) -> Float[Array, "*S D"]:
        weight, means, _ = split(params)
        return (jax.nn.softmax(weight, axis=-2) * means).sum(-2)

    size = 2 if shared else 3
    return Likelihood(lambda width: components * (size * width + shared), log_prob, sample, at_floor, mean)


def _check(floor: float, ceiling: float) -> None:
    if not floor < 0 < ceiling:
        raise SwnError(f"log-scales start at 0: found bounds {floor} and {ceiling}, wanted floor < 0 < ceiling")


LIKELIHOODS: dict[str, Callable[..., Likelihood]] = {"gaussian": gaussian, "mixture": mixture, "pen": pen}


def fields_of(name: str) -> dict[str, int | float]:
    """The fields of a likelihood with their defaults; raises SwnError for an unknown one."""
    if name not in LIKELIHOODS:
        raise unknown("likelihood", name, LIKELIHOODS)
    return {key: parameter.default for key, parameter in inspect.signature(LIKELIHOODS[name]).parameters.items()}


def likelihood(name: str, **fields: int | float) -> Likelihood:
    """The likelihood of that name with its own fields; raises SwnError for an unknown one or a field it lacks."""
    known = fields_of(name)
    for field in fields:
        if field not in known:
            raise unknown(f"field of the likelihood {name}", field, known)
    return LIKELIHOODS[name](**fields)
