"""Masks: padding never reaches a result, whatever it holds."""

import jax.numpy as jnp
from jaxtyping import Array, Float, Shaped


def zero_padding(x: Shaped[Array, "B T *C"], mask: Float[Array, "B T"]) -> Shaped[Array, "B T *C"]:
    """Set `x` to zero where the mask is 0; unlike a product, this also stops NaN and its gradient."""
    return jnp.where(mask.reshape(mask.shape + (1,) * (x.ndim - 2)) > 0, x, 0)


def weighed(x: Float[Array, "*K B T"], mask: Float[Array, "B T"]) -> Float[Array, "*K B T"]:
    """`mask x` in float32 at least, and 0 where the mask is 0 whatever x is: a mask counts a frame as often as it says.

    >>> weighed(jnp.array([[1.0, 2.0, jnp.nan]]), jnp.array([[1.0, 0.5, 0.0]])).tolist()
    [[1.0, 1.0, 0.0]]
    """
    mask, dtype = jnp.broadcast_to(mask, x.shape), jnp.promote_types(x.dtype, jnp.float32)
    return jnp.where(mask > 0, x, 0).astype(dtype) * mask.astype(dtype)


def masked_sum(x: Float[Array, "*K B T"], mask: Float[Array, "B T"]) -> Float[Array, "*K B"]:
    """The weighed sum over the frames of each sequence."""
    return weighed(x, mask).sum(-1)
