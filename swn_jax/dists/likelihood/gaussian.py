"""The diagonal Gaussian as a likelihood, over the samples of a frame or over their cosine transform."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.dists import gaussian as normal
from swn_jax.dists.likelihood.framewise import framewise
from swn_jax.dists.likelihood.log_scales import check_bounds
from swn_jax.errors import unknown
from swn_jax.ops.bounds import AT_FLOOR, bounded
from swn_jax.ops.dct import dct, inverse_dct
from swn_jax.recorded import recorded
from swn_jax.types import Likelihood

BASES: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {  # from samples to coordinates, and back
    "samples": (lambda x: x, lambda x: x),
    "dct": (dct, inverse_dct),
}


@recorded
def gaussian(floor: float = -12.0, ceiling: float = 12.0, basis: str = "samples") -> Likelihood:
    """The paper's diagonal Gaussian with bounded log-scales (section 4): P = 2 D, means and raw log-scales.

    In the basis `dct` the means and log-scales are those of the frame's orthonormal DCT-II coefficients, lowest
    frequency first: a Gaussian over the samples whose covariance has the cosines as its axes. The transform is a
    rotation, so densities in the two bases compare.

    Args:
      floor: the least log standard deviation, in nats of standardised units. It bounds the density:
        runs of equal samples (digital silence) would otherwise add log-likelihood without end.
      ceiling: the largest log standard deviation.
      basis: whose coordinates are independent: `samples` or `dct`.
    Raises:
      SwnError: for an unknown basis, and where floor and ceiling leave no room for a log-scale of 0, at which training
        starts.
    """
    check_bounds(floor, ceiling)
    if basis not in BASES:
        raise unknown("basis of the gaussian", basis, BASES)
    to_basis, to_samples = BASES[basis]

    def split(params: Float[Array, "*S P"]) -> tuple[Array, Array]:
        mean, raw = jnp.split(params, 2, axis=-1)
        return mean, bounded(raw, floor, ceiling)

    def log_prob(params: Float[Array, "*S P"], x: Float[Array, "*S D"]) -> Float[Array, "*S"]:
        return normal.log_prob(to_basis(x), *split(params)).sum(-1)

    def sample(
        key: Array, params: Float[Array, "*S P"], temperature: float | Float[Array, ""] = 1.0
    ) -> Float[Array, "*S D"]:
        mean, log_scale = split(params)
        noise = temperature * jax.random.normal(key, mean.shape, mean.dtype)
        return to_samples(normal.draw(mean, log_scale, noise))

    def at_floor(params: Float[Array, "*S P"]) -> Bool[Array, "*S"]:
        return (split(params)[1] < floor + AT_FLOOR).any(-1)

    def mean(params: Float[Array, "*S P"]) -> Float[Array, "*S D"]:
        return to_samples(split(params)[0])

    return framewise(lambda width: 2 * width, log_prob, sample, at_floor, mean)
