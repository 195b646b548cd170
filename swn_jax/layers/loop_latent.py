"""The Gaussian over a latent variable within a loop over time, with one input that is known before the loop."""

from typing import Any

import jax.numpy as jnp
from flax import linen as nn
from jaxtyping import Array, Float

from swn_jax.layers.dense import HEAD_SCALE, Dense, kernel_init
from swn_jax.layers.latent import Normal
from swn_jax.layers.mlp import leaky
from swn_jax.ops.bounds import bounded
from swn_jax.ops.matmul import matmul


class LoopLatent(nn.Module):
    """The Gaussian `N(mu, sigma)` from `leaky(W known + V inner + b)`, with `W known` computed for all frames at once.

    The hidden units are bounded, and so is a chain in which z_t depends on z_{t-1} through them.
    """

    size: int
    hidden: int
    inner: int  # width of the input that is computed within the loop
    log_scale_bounds: tuple[float, float] = (-8.0, 8.0)
    dtype: Any = jnp.float32

    def setup(self) -> None:
        self.known = Dense(self.hidden, self.dtype)
        self.looped = self.param("inner", kernel_init(), (self.inner, self.hidden), jnp.float32)
        self.head = Dense(2 * self.size, self.dtype, HEAD_SCALE)

    def project(self, known: Float[Array, "*S C"]) -> Float[Array, "*S H"]:
        """The contribution of `known` to the hidden layer, `W known + b`."""
        return self.known(known)

    def __call__(self, projected: Float[Array, "*S H"], inner: Float[Array, "*S I"]) -> Normal:
        hidden = leaky(projected + matmul(inner, self.looped, self.dtype))
        mean, raw = jnp.split(self.head(hidden), 2, axis=-1)
        return Normal(mean, bounded(raw, *self.log_scale_bounds))
