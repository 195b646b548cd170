"""How much each frame of sound repeats what lay a period before it: by this voices are told from noise.

A frame alone holds one or two periods of a voice, and a network cannot find in two frames how well one repeats the
other. The period is found in the past, as by a backward-adaptive coder, so that a generator can read of it too.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.dists.classic.prediction import Classic, known
from swn_jax.errors import SwnError

CLASSIC = Classic(order=16, history=480, pitch=400, block=20)  # as the densities that look for periods have it
QUIET = 1e-6  # mean square in standardised units, far below which nothing repeats


def memory(width: int) -> int:
    """How many frames before a frame of this width count; raises SwnError for frames of no whole blocks."""
    if width % CLASSIC.block:
        found = f"found frames of {width} numbers, wanted a multiple of {CLASSIC.block} to look for periods in"
        raise SwnError(f'{found}: take inputs="features"')
    return -(-CLASSIC.reach(0) // width)


def periodicity(x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]) -> Float[Array, "*B T J"]:
    """The correlations, from -1 to 1, of what linear prediction leaves of a frame with that around a period before.

    `c_j = sum_i e_i e_(i-L-j) / sqrt(sum_i e_i^2 sum_i e_(i-L-j)^2)` with the period L of each block, j = -4 .. 4.

    Args:
      x: frames in standardised units.
      past: those before.
    """
    signal = jnp.concatenate([past, x], axis=-2).reshape(*x.shape[:-2], -1)
    found = known(signal, CLASSIC)
    first = past.shape[-2] * x.shape[-1]
    e, before = found.residual[..., first:].reshape(x.shape), found.taps[..., first:, :]
    before = before.reshape(*x.shape, before.shape[-1])
    cross = (e[..., None] * before).mean(-2)
    power = ((e**2).mean(-1, keepdims=True) + QUIET) * ((before**2).mean(-2) + QUIET)
    return cross / jnp.sqrt(power)
