"""Shifts along time: the inputs of dilated layers, causal and reversed, and the frames before a frame."""

import jax.numpy as jnp
from jaxtyping import Array, Float


def delay(x: Float[Array, "B T C"], frames: int) -> Float[Array, "B T C"]:
    """Delay a sequence: `y[t] = x[t - frames]`, zero before the first frame.

    >>> delay(jnp.arange(1.0, 5.0).reshape(1, 4, 1), 2).ravel().tolist()
    [0.0, 0.0, 1.0, 2.0]
    """
    length = x.shape[1]
    return jnp.pad(x, ((0, 0), (frames, 0), (0, 0)))[:, :length]


def advance(x: Float[Array, "B T C"], frames: int) -> Float[Array, "B T C"]:
    """Advance a sequence: `y[t] = x[t + frames]`, zero after the last frame.

    >>> advance(jnp.arange(1.0, 5.0).reshape(1, 4, 1), 1).ravel().tolist()
    [2.0, 3.0, 4.0, 0.0]
    """
    return jnp.pad(x, ((0, 0), (0, frames), (0, 0)))[:, frames:]


def shifted(x: Float[Array, "B T D"], before: Float[Array, "B D"]) -> Float[Array, "B T D"]:
    """The inputs of an autoregressive model: `u[t] = x[t - 1]` with `u[0] = before`."""
    return jnp.concatenate([before[:, None], x], axis=1)[:, :-1]  # of no frames none


def inputs(
    x: Float[Array, "B T D"], before: Float[Array, "B D"], read: Float[Array, "B L D"] | None
) -> Float[Array, "B T D"]:
    """The inputs where `read` [B, L > T, D] stands in place of `before`, x and what follows, if it is not None."""
    return shifted(x, before) if read is None else read[:, : x.shape[1]]


def frames_before(
    before: Float[Array, "B D"], memory: int, past: Float[Array, "B M D"] | None = None
) -> Float[Array, "B M D"]:
    """The last `memory` frames before the first: `past` within a recording, at its start zeros, and `before`."""
    return jnp.pad(before[:, None], ((0, 0), (memory - 1, 0), (0, 0))) if past is None else past


def histories(x: Float[Array, "*B T D"], past: Float[Array, "*B M D"]) -> Float[Array, "*B T M D"]:
    """The M frames before each frame of `x`, of which `past` holds those before the first.

    >>> histories(jnp.array([[[3.0], [4.0]]]), jnp.array([[[1.0], [2.0]]]))[0, :, :, 0].tolist()
    [[1.0, 2.0], [2.0, 3.0]]
    """
    joined, memory = jnp.concatenate([past, x], axis=-2), past.shape[-2]
    return jnp.stack([joined[..., m : m + x.shape[-2], :] for m in range(memory)], axis=-2)
