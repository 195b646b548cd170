"""Products in all digits of float32, for what is subtracted, divided or inverted afterwards.

By default an accelerator rounds the operands of a float32 product to 10 bits of mantissa (NVIDIA's TF32) or 7 (a TPU's
bfloat16). A network learns to live with that; statistics of a signal of many loudnesses do not. A CPU never rounds.
"""

import functools

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

einsum = functools.partial(jnp.einsum, precision=lax.Precision.HIGHEST)


def product(x: Float[Array, "*S C"], kernel: Float[np.ndarray, "C O"]) -> Float[Array, "*S O"]:
    """`x @ kernel` with a constant."""
    return jnp.matmul(x, jnp.asarray(kernel, x.dtype), precision=lax.Precision.HIGHEST)
