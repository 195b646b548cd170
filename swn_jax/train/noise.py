"""Noise by global example: the same numbers whatever the number of devices or processes."""

import jax
from jaxtyping import Array, Float, Int


def noise_of(
    key: Array, step: Int[Array, ""] | int, rows: Int[Array, " B"], frames: int, numbers: int
) -> Float[Array, "B T N"]:
    """Standard normal noise of the examples `rows` of the global batch of `step`, each from a key of its own."""
    key = jax.random.fold_in(key, step)
    return jax.vmap(lambda row: jax.random.normal(jax.random.fold_in(key, row), (frames, numbers)))(rows)
