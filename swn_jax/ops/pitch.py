"""A backward-adaptive long-term predictor: the period of a residual, found in its past.

Voiced sound repeats with its pitch: before each block, the lag is found at which the newest samples correlate most
with those before. Letters in shapes: N samples, C blocks of H samples.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from swn_jax.ops.blocks import aligned, blocks, earlier, windows

QUIET = 1e-6  # power per sample, in squared standardised units, far below which nothing counts as periodic
COARSE = 4  # samples whose mean stands for them in a first search, a sixteenth of the work
NEAR = COARSE - 1  # lags around the coarse one that are searched in full
SMOOTH = 2 * (COARSE - 1)  # samples before its own that a smoothed sample depends on


class Period(NamedTuple):
    """The period of the signal before each block, and before its end."""

    lag: Int[Array, "*S C1"]  # samples
    gain: Float[Array, "*S C1"]  # by least squares, of the samples one lag earlier
    correlation: Float[Array, "*S C1"]  # normalised, from 0 to 1


def search_range(longest: int) -> tuple[int, int]:
    """The shortest lag and the span of samples to correlate: 32 and 320 for a longest lag of 400."""
    return longest * 2 // 25, longest * 4 // 5


def periods(
    x: Float[Array, "*S N"], longest: int, size: int, shorter: float = 0.0, newest: int | None = None
) -> Period:
    """Find the lag up to `longest` with the largest normalised correlation: of means of 4 samples, then near it.

    `c(L) = sum_i x_i x_(i-L)` over the newest samples; the lag maximises `c(L)^2 / sum_i x_(i-L)^2` among positive c.

    Args:
      x: a residual.
      longest: lag, a multiple of 100 samples.
      size: H, a multiple of 4 samples.
      shorter: what a lag's score is worth goes with L^-shorter, for a period's multiples correlate as much as itself.
      newest: how many of the C + 1 places are wanted, the last ones; all when None.
    """
    shortest, span = search_range(longest)
    x = jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, size)])  # one block more, before which the end lies
    about = coarse_lags(
        blocks(x, COARSE).mean(-1), shortest // COARSE, longest // COARSE, span, size // COARSE, shorter, newest
    )
    lag = COARSE * about[..., None] + aligned(np.arange(-NEAR, NEAR + 1), x.ndim + 1)
    cross, power = correlations_at(x, lag, span, size)
    best = score(cross, power).argmax(-1, keepdims=True)
    lag, cross, power = (jnp.take_along_axis(a, best, axis=-1)[..., 0] for a in (lag, cross, power))
    now = moving_sum(x * x, span)
    now = jnp.pad(now, [(0, 0)] * (x.ndim - 1) + [(1, 0)])[..., :-1:size][..., -about.shape[-1] :] + QUIET * span
    cross = jnp.maximum(cross, 0.0)
    return Period(lag, cross / power, cross / jnp.sqrt(power * now))


def smoothed(x: Float[Array, "*S N"]) -> Float[Array, "*S N"]:
    """The moving mean of 4 samples, twice: at 16 kHz what lies below 1.5 kHz, where voices are most periodic."""
    return moving_sum(moving_sum(x, COARSE), COARSE) / COARSE**2


def score(cross: Float[Array, "*S L"], power: Float[Array, "*S L"]) -> Float[Array, "*S L"]:
    """What a lag takes off the power of the signal."""
    return jnp.where(cross > 0, cross**2 / power, 0.0)


def coarse_lags(
    x: Float[Array, "*S N"], shortest: int, longest: int, span: int, size: int, shorter: float, newest: int | None
) -> Int[Array, "*S C"]:
    """The best lag before each block, or each of the newest, by all correlations at once."""
    reach, count, over = -(-longest // size) * size, longest - shortest + 1, span // COARSE // size
    wanted = x.shape[-1] // size if newest is None else newest
    past, now = (a[..., -over - wanted :, :] for a in (windows(x, size, reach), blocks(x, size)))
    first = reach - longest  # lags decrease along the last axis, as their samples lie in the signal
    products = sum(now[..., j, None] * past[..., first + j : first + j + count] for j in range(size))
    cross = earlier_blocks(jnp.moveaxis(moving_sum(jnp.moveaxis(products, -2, -1), over), -1, -2))
    cross = cross[..., -wanted:, :]
    squares = windows(earlier(moving_sum(x * x, over * size), 1), size, reach)[..., -wanted:, :]
    power = squares[..., first : first + count] + QUIET * span
    worth = np.arange(longest, shortest - 1, -1, dtype=x.dtype) ** -shorter
    return longest - (score(cross, power) * aligned(worth, cross.ndim)).argmax(-1)


def correlations_at(x: Float[Array, "*S N"], lag: Int[Array, "*S C L"], span: int, size: int) -> tuple[Array, Array]:
    """c(L) of L consecutive lags over the `span` samples before each of the last blocks, and the power then."""
    count, places, reach = lag.shape[-1], lag.shape[-2], -(-span // size) * size
    start = aligned(jnp.arange(x.shape[-1] // size)[-places:, None] * size, lag.ndim)
    past = taken(x, start - span - lag[..., -1:] + aligned(np.arange(span + count - 1), lag.ndim))
    now = windows(x, size, reach)[..., -places:, reach - span : reach]
    cross = jnp.stack([(now * past[..., l : l + span]).sum(-1) for l in reversed(range(count))], axis=-1)
    return cross, taken(moving_sum(x * x, span), start - 1 - lag) + QUIET * span


def taken(x: Float[Array, "*S N"], index: Int[Array, "*S C W"]) -> Float[Array, "*S C W"]:
    """The samples at these places, zeros before the start."""
    found = jnp.take_along_axis(x, jnp.maximum(index, 0).reshape(*x.shape[:-1], -1), axis=-1)
    return jnp.where(index < 0, 0.0, found.reshape(index.shape))


def moving_sum(x: Float[Array, "*S N"], length: int) -> Float[Array, "*S N"]:
    """The sum of each sample and the `length - 1` before it, from sums of 1, 2, 4, .. samples."""
    total, have, part, size = jnp.zeros_like(x), 0, x, 1
    while size <= length:
        if length & size:
            total, have = total + earlier(part, have), have + size
        part, size = part + earlier(part, size), 2 * size
    return total


def earlier_blocks(x: Float[Array, "*S C L"]) -> Float[Array, "*S C L"]:
    """The values of the block before."""
    return jnp.moveaxis(earlier(jnp.moveaxis(x, -2, -1), 1), -1, -2)
