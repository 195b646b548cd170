"""Features of a frame of sound from which its loudness can be read: level, shape and bands of frequency."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.errors import SwnError
from swn_jax.ops.bands import band_powers

NARROWEST = 16  # samples: in shorter frames there are no bands to speak of
SILENCE = 1e-8  # a mean square in standardised units: a 20th of one step of 16 bits, where speech deviates by 500 steps
LEVELS = (-1.5, 2.0)  # mean and deviation of the log levels of speech (TIMIT, frames of 12.5 ms)
POWERS = (-5.0, 4.0)  # and of its log powers


def features(x: Float[Array, "*S D"]) -> Float[Array, "*S F"]:
    """The shape of a frame, its level, and its power in bands of frequency, each about within unit range.

    With the level l = sqrt(mean(x^2) + SILENCE): x / l, of D numbers; log l; and the logarithms of the band powers,
    20 of them in frames of 200 samples, fewer in narrow ones. Nothing of x is lost. A louder x has the same shape, and
    its logarithms are moved by a constant.

    Args:
      x: frames of D samples in standardised units.
    Raises:
      SwnError: for frames below 16 samples.
    """
    if x.shape[-1] < NARROWEST:
        raise SwnError(f"features are of frames of sound: found {x.shape[-1]} numbers per frame, wanted {NARROWEST} or "
                       'more: take inputs="frame"')  # fmt: skip
    level = jnp.sqrt(jnp.mean(x**2, axis=-1, keepdims=True) + SILENCE)
    log_level = standardised(jnp.log(level), *LEVELS)
    return jnp.concatenate([x / level, log_level, standardised(jnp.log(band_powers(x) + SILENCE), *POWERS)], axis=-1)


def standardised(x: Float[Array, "*S"], mean: float, deviation: float) -> Float[Array, "*S"]:
    """The numbers with this mean and deviation taken out."""
    return (x - mean) / deviation
