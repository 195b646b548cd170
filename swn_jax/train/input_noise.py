"""Noise on what a model reads in training: it learns to go on from frames that are not quite right, as its own are."""

from typing import Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from swn_jax.ops.dct import dct, inverse_dct
from swn_jax.train.noise import noise_of

INPUTS = 2**32 - 1  # folded into the key, so that latent variables have other noise
LASTING = 1.5  # the change of loudness that lasts for a whole example, in units of that of a single frame


@runtime_checkable
class InputNoise(Protocol):
    """What is read in place of the frames x of a global batch, by key, step and row as in `noise_of`."""

    def __call__(
        self, key: Array, step: Int[Array, ""] | int, rows: Int[Array, " B"], x: Float[Array, "B T D"]
    ) -> Float[Array, "B T D"]: ...


def white(
    key: Array, step: Int[Array, ""] | int, rows: Int[Array, " B"], x: Float[Array, "B T D"], deviation: float
) -> Float[Array, "B T D"]:
    """Frames with normal noise of this standard deviation, in standardised units."""
    return x + deviation * noise_of(jax.random.fold_in(key, INPUTS), step, rows, *x.shape[1:])


def spectral(
    key: Array, step: Int[Array, ""] | int, rows: Int[Array, " B"], x: Float[Array, "B T D"], deviation: float
) -> Float[Array, "B T D"]:
    """Frames of sound that are as wrong as a model's own: noise of their own spectrum, and a loudness that strays.

    `x' = e^(s (n_t + 1.5 m)) C^-1 (1 + s n) C x` with the frame's orthonormal DCT C, the deviation s and normal n for
    each coefficient, n_t for each frame and m for the example. What lasts makes louder examples quieter than they
    are read: without it a model that hears itself a little too loud is louder still in the next frame.
    """
    n = noise_of(jax.random.fold_in(key, INPUTS), step, rows, x.shape[1], x.shape[2] + 2)
    loudness = jnp.exp(deviation * (n[..., -2:-1] + LASTING * n[:, :1, -1:]))
    return loudness * inverse_dct(dct(x) * (1 + deviation * n[..., :-2]))
