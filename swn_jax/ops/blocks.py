"""A signal in blocks of H samples: what lies before each of its C = N / H blocks, and causal filters by products."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from swn_jax.ops.exact import product


def blocks(x: Float[Array, "*S N"], size: int) -> Float[Array, "*S C H"]:
    """Cut a signal into blocks."""
    return x.reshape(*x.shape[:-1], -1, size)


def joined(x: Float[Array, "*S C H"]) -> Float[Array, "*S N"]:
    """Join blocks to a signal."""
    return x.reshape(*x.shape[:-2], -1)


def aligned(a: np.ndarray | Array, ndim: int) -> Array:
    """Put axes of length 1 before those of an array, until it has `ndim`: numpy's broadcasting, said aloud."""
    return jnp.asarray(a).reshape((1,) * (ndim - a.ndim) + a.shape)


def earlier(x: Float[Array, "*S N"], steps: int) -> Float[Array, "*S N"]:
    """The signal `steps` samples earlier, zeros before its start.

    >>> earlier(jnp.arange(1.0, 5.0), 3).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    steps = min(steps, x.shape[-1])
    return jnp.pad(x[..., : x.shape[-1] - steps], [(0, 0)] * (x.ndim - 1) + [(steps, 0)])


def shifted_in(x: Float[Array, "*B N"], new: Float[Array, "*B H"]) -> Float[Array, "*B N"]:
    """The last samples after new ones."""
    return jnp.concatenate([x[..., new.shape[-1] :], new], axis=-1)


def put_first(new: Float[Array, "*B"], x: Float[Array, "*B N"]) -> Float[Array, "*B N"]:
    """The newest samples, the newest first, after a new one."""
    return jnp.concatenate([new[..., None], x[..., :-1]], axis=-1)


def over_past(x: Float[Array, "*S N"], weights: Float[np.ndarray, "R H"]) -> Float[Array, "*S C1"]:
    """A weighted sum over the R blocks before each block, and before the end: C + 1 sums.

    `y_c = sum_(r<R) sum_h weights[r, h] x[(c - 1 - r) H + h]`, the newest block first, zeros before the start.
    """
    parts = product(blocks(x, weights.shape[1]), weights.T)
    parts = jnp.pad(parts, [(0, 0)] * (parts.ndim - 2) + [(1, 0), (0, 0)])
    return sum((earlier(parts[..., r], r) for r in range(1, len(weights))), parts[..., 0])


def windows(x: Float[Array, "*S N"], size: int, reach: int) -> Float[Array, "*S C W"]:
    """Each block of H samples after the `reach` samples before it, a multiple of H: W = reach + H."""
    cut = jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(reach, 0)])
    cut, count = blocks(cut, size), x.shape[-1] // size
    return jnp.concatenate([cut[..., r : r + count, :] for r in range(reach // size + 1)], axis=-1)


def causal_filters(x: Float[Array, "*S N"], kernel: Float[Array, "K U"], size: int) -> Float[Array, "*S N U"]:
    """U filters over the K samples before each sample: `y[i, u] = sum_k kernel[k, u] x[i - 1 - k]`.

    One product of the windows of all blocks with the filters laid out for each of the H places in a block, which a
    processor does faster than a convolution of one channel.
    """
    reach = -(-len(kernel) // size) * size
    out = windows(x, size, reach) @ laid(kernel, size)
    by_place = out.reshape(*out.shape[:-1], size, kernel.shape[1])  # two steps, for rows on an explicit axis of a mesh
    return by_place.reshape(*x.shape, kernel.shape[1])


def laid(kernel: Float[Array, "K U"], size: int) -> Float[Array, "W _"]:
    """The filters for each of the H places in a block, a row for each sample of a window: W = H + K in whole blocks."""
    length, reach = len(kernel), -(-len(kernel) // size) * size
    place, source = np.arange(size), np.arange(reach + size) - reach
    lag = place - 1 - source[:, None]
    rows = jnp.concatenate([kernel, jnp.zeros_like(kernel[:1])])
    return rows[np.where((lag >= 0) & (lag < length), lag, length)].reshape(len(source), -1)
