"""Mixtures of Gaussians as a likelihood."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.dists import mixture as blend
from swn_jax.dists.likelihood.framewise import framewise
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.errors import SwnError
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood


@recorded
def mixture(components: int = 20, shared: bool = False, floor: float = -12.0, ceiling: float = 12.0) -> Likelihood:
    """A mixture of K Gaussians per coordinate, or of K diagonal Gaussians per frame (Chung et al. 2015).

    P = 3 D K, or (2 D + 1) K when shared: means (as `spread` moves them), raw log-scales, logits.

    Args:
      components: K.
      shared: whether one set of weights serves all coordinates, which then depend on each other.
      floor, ceiling: bounds of the log standard deviations, in nats of standardised units.
    Raises:
      SwnError: for K below 2, and where floor and ceiling leave no room for a log-scale of 0.
    """
    check_bounds(floor, ceiling)
    if components < 2:
        raise SwnError(f"found components={components}, wanted a number from 2: one component is the gaussian")

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array, Array]:
        by_component = params.reshape(*params.shape[:-1], components, -1)
        width = (by_component.shape[-1] - 1) // 2 if shared else by_component.shape[-1] // 3
        mean, raw, weight = jnp.split(by_component, [width, 2 * width], axis=-1)
        return weight, blend.spread(mean, width if shared else 1), bounded(raw, floor, ceiling)

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        return blend.log_prob(x, *split(params))

    def sample(
        key: Array, params: Float[Array, "*S P"], temperature: float | Float[Array, ""] = 1.0
    ) -> Float[Array, "*S D"]:
        return blend.draw(key, *split(params), temperature)

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[-1] < floor + AT_FLOOR).any((-1, -2))

    def mean(params: Float[Array, "*S P"]) -> Float[Array, "*S D"]:
        weight, means, _ = split(params)
        return (jax.nn.softmax(weight, axis=-2) * means).sum(-2)

    size = 2 if shared else 3
    return framewise(lambda width: components * (size * width + shared), log_prob, sample, at_floor, mean)
