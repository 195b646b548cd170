"""The diagonal Gaussian as a likelihood."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.dists import gaussian as normal
from swn_jax.dists.likelihood.framewise import framewise
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.types import Likelihood


def gaussian(floor: float = -12.0, ceiling: float = 12.0) -> Likelihood:
    """The paper's diagonal Gaussian with bounded log-scales (section 4): P = 2 D, means and raw log-scales.

    Args:
      floor: the least log standard deviation, in nats of standardised units. It bounds the density:
        runs of equal samples (digital silence) would otherwise add log-likelihood without end.
      ceiling: the largest log standard deviation.
    Raises:
      SwnError: where floor and ceiling leave no room for a log-scale of 0, at which training starts.
    """
    check_bounds(floor, ceiling)

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array]:
        mean, raw = jnp.split(params, 2, axis=-1)
        return mean, bounded(raw, floor, ceiling)

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        return normal.log_prob(x, *split(params)).sum(-1)

    def sample(
        key: Array, params: Float[Array, "*S P"], temperature: float | Float[Array, ""] = 1.0
    ) -> Float[Array, "*S D"]:
        mean, log_scale = split(params)
        return normal.draw(mean, log_scale, temperature * jax.random.normal(key, mean.shape, mean.dtype))

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[1] < floor + AT_FLOOR).any(-1)

    return framewise(lambda width: 2 * width, log_prob, sample, at_floor, mean=lambda params: split(params)[0])
