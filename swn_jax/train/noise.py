"""Noise keyed by the global example, so that it does not depend on the number of devices or processes."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int


def noise_of(
    key: Array, step: Int[Array, ""] | int, rows: Int[Array, " B"], frames: int, numbers: int
) -> Float[Array, "B T N"]:
    """Standard normal noise for the rows of a global batch, `key` folded with the step and then with each row."""
    key = jax.random.fold_in(key, step)
    return jax.vmap(lambda row: jax.random.normal(jax.random.fold_in(key, row), (frames, numbers), jnp.float32))(rows)


INPUTS = 2**32 - 1  # folded into the key of the noise on inputs


def noisy(
    key: Array, step: Int[Array, ""], rows: Int[Array, " B"], x: Float[Array, "B T D"], deviation: float
) -> Float[Array, "B T D"]:
    """Frames with normal noise that has the spectrum of each frame and `deviation` times its root mean square.

    It is white noise in circular convolution with the frame: white noise itself would drown the weak bands of sound.
    """
    white = noise_of(jax.random.fold_in(key, INPUTS), step, rows, *x.shape[1:])
    coloured = jnp.fft.irfft(jnp.fft.rfft(x) * jnp.fft.rfft(white), x.shape[-1])
    return x + deviation / math.sqrt(x.shape[-1]) * coloured
