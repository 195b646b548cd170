"""Backward-adaptive linear prediction: the coefficients of a block from the signal before it, so nothing is sent.

The coefficients a of a block minimise the error of `x_i ~ sum_k a_k x_(i-k)` over the samples before it, under an
asymmetric window (the autocorrelation method; Chen et al. 1992, "A low-delay CELP coder", ITU-T G.728).
Letters in shapes: N samples, C blocks of H samples, K order.
"""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from swn_jax.ops.blocks import blocks, earlier, joined, over_past

FALL = 40  # samples over which the window falls to cos(pi/4) before the block
WHITE = 1e-5  # noise below the signal, relative to its power: bounds the gain of the filter
QUIET = 1e-6  # and absolute, in squared standardised units: digital silence has coefficients of 0


def window(length: int) -> Float[np.ndarray, " W"]:
    """The weights of the samples before a block, oldest first: a rising squared sine, with a short fall at its end."""
    weights = np.sin(np.pi * (np.arange(length) + 0.5) / (2 * length)) ** 2
    fall = min(FALL, length // 2)
    weights[length - fall :] *= np.cos(np.linspace(0, np.pi / 4, fall))
    return weights


def autocorrelations(x: Float[Array, "*S N"], order: int, size: int, span: int) -> list[Float[Array, "*S C1"]]:
    """r_0 .. r_K of the `span` samples before each block of `size` samples, and before the end of the signal.

    `r_k = sum_j w_j w_(j+k) x_j x_(j+k)`: the products of samples k apart are weighted by block.
    """
    w, found = window(span), []
    for k in range(order + 1):
        weights = np.zeros(-(-span // size) * size)
        weights[len(weights) - span : len(weights) - k] = w[: span - k] * w[k:]
        # of a pair the earlier sample; in the newest block, pairs that would reach into the next one weigh 0
        by_block = weights.reshape(-1, size)[::-1]
        found.append(over_past(x * later(x, k), by_block))
    return found


def later(x: Float[Array, "*S N"], steps: int) -> Float[Array, "*S N"]:
    """The signal `steps` samples later, zeros after its end."""
    return jnp.pad(x[..., steps:], [(0, 0)] * (x.ndim - 1) + [(0, min(steps, x.shape[-1]))])


def levinson(r: Sequence[Float[Array, "*S"]]) -> Float[Array, "*S K"]:
    """The prediction coefficients a_1 .. a_K from r_0 .. r_K (Levinson 1946, Durbin 1960).

    `k_m = (r_m - sum_i a_i r_(m-i)) / e_(m-1)`, `a_i <- a_i - k_m a_(m-i)`, `a_m = k_m`, `e_m = e_(m-1) (1 - k_m^2)`
    """
    error, a = r[0] * (1 + WHITE) + QUIET, list[Array]()
    for m in range(1, len(r)):
        k = (r[m] - sum(a[i] * r[m - 1 - i] for i in range(m - 1))) / error
        a = [a[i] - k * a[m - 2 - i] for i in range(m - 1)] + [k]
        error = error * (1 - k * k)
    return jnp.stack(a, axis=-1) if a else jnp.zeros((*r[0].shape, 0), r[0].dtype)


def predictions(x: Float[Array, "*S N"], a: Float[Array, "*S C K"], size: int) -> Float[Array, "*S N"]:
    """`sum_k a_k x_(i-k)` of each sample, with the coefficients of its block."""
    past = [blocks(earlier(x, k + 1), size) for k in range(a.shape[-1])]
    return joined(sum((a[..., k, None] * past[k] for k in range(len(past))), jnp.zeros_like(blocks(x, size))))
