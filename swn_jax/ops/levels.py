"""Running levels of a signal: exponential means of its square over the past, cut off a given time ago.

Letters in shapes: N samples, C blocks of H samples, L levels.
"""

import math
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from swn_jax.ops.blocks import aligned, blocks, over_past
from swn_jax.ops.exact import product


def decays(lengths: Sequence[int | float]) -> Float[np.ndarray, " L"]:
    """What is left of each level a sample later."""
    return np.array([math.exp(-1 / length) for length in lengths])


def powers_before(
    x: Float[Array, "*S N"], lengths: Sequence[int | float], size: int, reach: int
) -> Float[Array, "*S C1 L"]:
    """The mean power before each block and before the end: `(1 - g) sum_(j<reach) g^j x_(i-1-j)^2`, g = e^(-1/length).

    Args:
      x: a signal.
      lengths: of the exponential means, in samples.
      size: H.
      reach: the samples that count, a multiple of H.
    """
    weights = [((1 - g) * g ** np.arange(reach)).reshape(-1, size)[:, ::-1] for g in decays(lengths)]
    return jnp.stack([over_past(x * x, each) for each in weights], axis=-1)


def powers_within(
    x: Float[Array, "*S N"], before: Float[Array, "*S C L"], lengths: Sequence[int | float], size: int
) -> Array:
    """The mean power before each sample [*S, N, L], from that before its block: `p_(i+1) = g p_i + (1 - g) x_i^2`."""
    step, square = np.arange(size), blocks(x * x, size)
    parts = []
    for l, g in enumerate(decays(lengths)):
        lag = step[:, None] - 1 - step
        within = np.where(lag >= 0, (1 - g) * g ** np.maximum(lag, 0), 0.0)
        parts.append(
            before[..., l, None] * aligned(np.asarray(g**step, x.dtype), square.ndim) + product(square, within.T)
        )
    return jnp.stack(parts, axis=-1).reshape(*x.shape, len(lengths))
