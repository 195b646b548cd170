"""The Gaussian with a covariance of diagonal plus low rank as a likelihood."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.dists import low_rank as normal
from swn_jax.dists.likelihood.framewise import framewise
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.errors import SwnError
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood

FACTOR = 30.0  # |A| stays below it: factors alike leave `I + A^T A` invertible in single precision


@recorded
def low_rank(rank: int = 8, floor: float = -12.0, ceiling: float = 12.0) -> Likelihood:
    """One Gaussian per frame whose numbers share R factors: covariance `S (I + A A^T) S`, with S and A of its own.

    For poses, whose joints move together. P = D (2 + R): means, raw log-scales, and factors (as `spread` moves them).
    As W = S A, the covariance is `S^2 + W W^T`, that of a factor analysis.

    Args:
      rank: R, from 1 to D.
      floor, ceiling: bounds of the log of s, in nats of standardised units; no direction is narrower than the least s.
    Raises:
      SwnError: for R below 1 or above D, and where floor and ceiling leave no room for a log-scale of 0.
    """
    check_bounds(floor, ceiling)
    if rank < 1:
        raise SwnError(f"found rank={rank}, wanted a number from 1: without factors take the gaussian")

    def size(width: int) -> int:
        if rank > width:
            raise SwnError(f"found rank={rank} for frames of {width} numbers, wanted at most {width}: lower it")
        return (2 + rank) * width

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array, Array]:
        width = params.shape[-1] // (2 + rank)
        mean, raw, factors = jnp.split(params, [width, 2 * width], axis=-1)
        factors = factors.reshape(*params.shape[:-1], width, rank)
        return mean, bounded(raw, floor, ceiling), bounded(normal.spread(factors), -FACTOR, FACTOR)

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        return normal.log_prob(x, *split(params))

    def sample(
        key: Array, params: Float[Array, "*S P"], temperature: float | Float[Array, ""] = 1.0
    ) -> Float[Array, "*S D"]:
        mean, log_scale, factors = split(params)
        key_own, key_common = jax.random.split(key)
        own = jax.random.normal(key_own, mean.shape, mean.dtype)
        common = jax.random.normal(key_common, (*mean.shape[:-1], rank), mean.dtype)
        return normal.draw(mean, log_scale, factors, temperature * own, temperature * common)

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[1] < floor + AT_FLOOR).any(-1)

    return framewise(size, log_prob, sample, at_floor, mean=lambda params: split(params)[0])
