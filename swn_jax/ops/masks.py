"""Masks: padding never reaches a result, whatever it holds."""

import jax.numpy as jnp
from jaxtyping import Array, Float, Shaped


def zero_padding(x: Shaped[Array, "B T *C"], mask: Float[Array, "B T"]) -> Shaped[Array, "B T *C"]:
    """Set `x` to zero where the mask is 0; unlike a product, this also stops NaN and its gradient."""
    return jnp.where(mask.reshape(mask.shape + (1,) * (x.ndim - 2)) > 0, x, 0)


def masked_sum(x: Float[Array, "*K B T"], mask: Float[Array, "B T"]) -> Float[Array, "*K B"]:
    """Sum over the real frames of each sequence."""
    return jnp.sum(jnp.where(mask > 0, x, 0), axis=-1)
