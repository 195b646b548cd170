"""The Gaussian whose covariance is diagonal plus low rank: means, log-scales (nats), and R factors that all share.

The covariance is `S (I + A A^T) S` with `S = diag(s)` and A [D, R]: that is `S^2 + W W^T` with `W = S A`. With the
factors in units of the scales, nothing is narrower than s, and `I + A^T A` does not depend on the scales.
"""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.dists.gaussian import HALF_LOG_2PI
from swn_jax.ops.alike import placed_by_xla
from swn_jax.ops.exact import einsum


def log_prob(
    x: Float[Array, "*S D"],
    mean: Float[Array, "*S D"],
    log_scale: Float[Array, "*S D"],
    factors: Float[Array, "*S D R"],
) -> Float[Array, "*S"]:
    """The log-density of each frame by a Cholesky factor of R x R, in nats.

    With `u = (x - m) / s`, `M = I + A^T A` and the expected factors `f = M^-1 A^T u` (Woodbury), the squared distance
    is `|u - A f|^2 + |f|^2`, a sum of squares, and the log-determinant `2 sum log s + log |M|`.
    """
    kind = x.dtype
    x, mean, log_scale, factors = (
        a.astype(jnp.promote_types(kind, jnp.float32)) for a in (x, mean, log_scale, factors)
    )  # a Cholesky factor in 16 bits says nothing, and is refused
    u = (x - mean) * jnp.exp(-log_scale)
    square = einsum("...dr,...dq->...rq", factors, factors)
    square = square + jnp.broadcast_to(jnp.eye(square.shape[-1], dtype=x.dtype), square.shape)
    f, half_log_det = placed_by_xla(_solved, square, einsum("...dr,...d->...r", factors, u))
    rest = u - einsum("...dr,...r->...d", factors, f)
    half_log_det = half_log_det + log_scale.sum(-1)
    return (-0.5 * ((rest**2).sum(-1) + (f**2).sum(-1)) - half_log_det - x.shape[-1] * HALF_LOG_2PI).astype(kind)


def _solved(square: Float[Array, "*S R R"], seen: Float[Array, "*S R"]) -> tuple[Array, Array]:
    """The solution of M f = A^T u, and half the log-determinant of M."""
    lower = jnp.linalg.cholesky(square)
    f = jax.scipy.linalg.cho_solve((lower, True), seen[..., None])[..., 0]
    return f, jnp.log(jnp.diagonal(lower, axis1=-2, axis2=-1)).sum(-1)


def draw(
    mean: Float[Array, "*S D"], log_scale: Float[Array, "*S D"], factors: Float[Array, "*S D R"],
    own: Float[Array, "*S D"], common: Float[Array, "*S R"],
) -> Float[Array, "*S D"]:  # fmt: skip
    """A sample `m + s (e + A f)` from standard normals e, one per number, and f, one per factor."""
    shared = (factors * common[..., None, :]).sum(-1)  # no product: noise may lie elsewhere than factors
    return mean + jnp.exp(log_scale) * (own + shared)


def spread(factors: Float[Array, "*S D R"]) -> Float[Array, "*S D R"]:
    """Set factors apart by adding cosines of different frequencies over the numbers of a frame.

    At A = 0 the gradient with respect to A is 0. These are orthogonal, and add a tenth to the variances.
    """
    width, rank = factors.shape[-2:]
    place = (jnp.arange(width, dtype=factors.dtype) + 0.5) / width
    cosines = math.sqrt(0.2 / rank) * jnp.cos(math.pi * jnp.outer(place, jnp.arange(rank)))
    return factors + jnp.broadcast_to(cosines, factors.shape)
