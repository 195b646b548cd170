"""Ring buffers: the delayed input of a causal layer, one frame at a time.

A ring has one slot more than its delay and is written before it is read, so that each frame writes one slot and
XLA updates the buffer in place.
"""

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.ops.alike import zeros_for
from swn_jax.ops.time import delay as delayed


def ring(rows: Float[Array, "B ..."], delay: int, channels: int) -> Float[Array, "slots B C"]:
    """A ring of zeros for these rows: `push` reads zeros from it for the first `delay` frames."""
    zeros = zeros_for(rows, channels)
    return jnp.broadcast_to(zeros, (delay + 1, *zeros.shape))


def ring_from(x: Float[Array, "B T C"], delay: int) -> Float[Array, "slots B C"]:
    """The ring after all frames of `x` have been written to it."""
    slots, frames = delay + 1, x.shape[1]
    last = jnp.pad(x, ((0, 0), (slots, 0), (0, 0)))[:, frames:]
    return jnp.roll(last.swapaxes(0, 1), frames % slots, axis=0)


def push(
    buffer: Float[Array, "slots B C"], now: Float[Array, "B C"], t: Int[Array, ""]
) -> tuple[Float[Array, "slots B C"], Float[Array, "B C"]]:
    """Write frame `t` and read frame `t - delay`; `delay` is the number of slots minus one."""
    slots = buffer.shape[0]
    buffer = lax.dynamic_update_index_in_dim(buffer, now, t % slots, 0)
    return buffer, lax.dynamic_index_in_dim(buffer, (t + 1) % slots, 0, keepdims=False)


def push_all(
    buffer: Float[Array, "slots B C"] | None, x: Float[Array, "B T C"], t: Int[Array, ""] | int, delay: int
) -> tuple[Float[Array, "slots B C"], Float[Array, "B T C"]]:
    """`push` for all frames of `x`, `t` and those after it, at once; without a buffer, from frame 0 on."""
    if buffer is None:
        return ring_from(x, delay), delayed(x, delay)
    frames = x.shape[1]
    joined = jnp.concatenate([jnp.roll(buffer, -t, axis=0).swapaxes(0, 1), x], axis=1)  # from frame t - delay - 1 on
    last = joined[:, frames:].swapaxes(0, 1)
    return jnp.roll(last, t + frames, axis=0), joined[:, 1 : frames + 1]
