"""Noise keyed by the global example, so that it does not depend on the number of devices or processes."""

import jax
from jaxtyping import Array, Float, Int


def noise_of(
    key: Array, step: Int[Array, ""] | int, rows: Int[Array, " B"], frames: int, numbers: int
) -> Float[Array, "B T N"]:
    """Standard normal noise for the rows of a global batch, `key` folded with the step and then with each row."""
    key = jax.random.fold_in(key, step)
    return jax.vmap(lambda row: jax.random.normal(jax.random.fold_in(key, row), (frames, numbers)))(rows)
