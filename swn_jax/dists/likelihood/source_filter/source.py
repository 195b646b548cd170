"""The source of a frame, which its filter leaves of the samples before, and its period.

Letters in shapes: N order, H samples of a block, C blocks, J taps, W samples of the source, R those before a frame.
"""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.dists.classic.prediction import Classic, residual_of
from swn_jax.ops.blocks import aligned, windows
from swn_jax.ops.pitch import moving_sum, periods, smoothed

LIMIT = 4.0  # of the source in units of its own level
QUIET = 1e-8  # power added to that of the source, squared standardised units
SHORTER = 0.4  # how far short periods are preferred: twice a period counts as a quarter less


def source_of(x: Float[Array, "*S M"], coefficients: Float[Array, "*S N"]) -> Float[Array, "*S W"]:
    """`e_i = x_i - sum_k a_k x_(i-k)` of all samples that have N before them, W = M - N."""
    order = coefficients.shape[-1]
    count = x.shape[-1] - order
    return x[..., order:] - sum(
        coefficients[..., k, None] * x[..., order - 1 - k : order - 1 - k + count] for k in range(order)
    )


def own_levels(e: Float[Array, "*S W"], span: int, block: int) -> Float[Array, "*S C1"]:
    """The log level of the `span` samples before each block from there on, and before the end, in nats."""
    return 0.5 * jnp.log(moving_sum(e * e, span)[..., span - 1 :: block] / span + QUIET)


def limited(e: Float[Array, "*S"]) -> Float[Array, "*S"]:
    """Between -LIMIT and LIMIT, and as it is near zero."""
    return LIMIT * jnp.tanh(e / LIMIT)


def frame_sources(
    signal: Float[Array, "*B N"], coefficients: Float[Array, "*B T K"], width: int, reach: int
) -> Float[Array, "*B T W"]:
    """The source of each of the last T frames and of the `reach` samples before it, by the filter of that frame."""
    order, frames = coefficients.shape[-1], coefficients.shape[-2]
    before = -(-(reach + order) // width) * width
    cut = windows(signal, width, before)[..., -frames:, before - reach - order :]
    return source_of(cut, coefficients)


def lags(signal: Float[Array, "*B N"], classic: Classic) -> tuple[Int[Array, "*B C1"], Float[Array, "*B C1"]]:
    """The period before each block and the end, in what backward-adaptive prediction leaves, and its correlation."""
    return periods_of(residual_of(signal, classic), classic)


def periods_of(
    residual: Float[Array, "*B N"], classic: Classic, newest: int | None = None
) -> tuple[Int[Array, "*B C1"], Float[Array, "*B C1"]]:
    """Lag and correlation before each block of a residual and before its end, or the newest of them."""
    found = periods(smoothed(residual), classic.pitch, classic.block, SHORTER, newest)
    return found.lag, lax.stop_gradient(found.correlation)


def around(
    e: Float[Array, "*S W"], lag: Int[Array, "*S C"], first: int, block: int, taps: int
) -> Float[Array, "*S C H J"]:
    """The source about a period before each sample of C blocks, the first of which begins at the sample `first`."""
    start = aligned(first + jnp.arange(lag.shape[-1])[:, None] * block, lag.ndim + 1)
    near = aligned(np.arange(block + taps - 1) - taps // 2, lag.ndim + 1)
    place = start + near - lag[..., None]
    found = jnp.take_along_axis(e, place.reshape(*place.shape[:-2], -1), axis=-1).reshape(place.shape)
    return jnp.stack([found[..., j : j + block] for j in range(taps)], axis=-1)
