"""Noise keyed by the global example, so that it does not depend on the number of devices or processes."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int


def noise_of(
    key: Array, step: Int[Array, ""] | int, rows: Int[Array, " B"], frames: int, numbers: int
) -> Float[Array, "B T N"]:
    """Standard normal noise for the rows of a global batch, `key` folded with the step and then with each row."""
    key = jax.random.fold_in(key, step)
    return jax.vmap(lambda row: jax.random.normal(jax.random.fold_in(key, row), (frames, numbers), jnp.float32))(rows)


BLOCKS = 2**32 - 2  # folded into the key of noise by blocks


def block_keys(key: Array, start: int, count: int) -> Array:
    """The keys of `count` blocks of a long sequence from block `start` on, so that no stretch needs all its noise."""
    key = jax.random.fold_in(key, BLOCKS)
    return jax.vmap(lambda block: jax.random.fold_in(key, block))(start + jnp.arange(count))


def joined_noise(
    keys: Array, step: Int[Array, ""] | int, rows: Int[Array, " B"], frames: int, numbers: int
) -> Float[Array, "B T N"]:
    """The noise of `noise_of` with each of the keys for an equal part of the frames."""
    parts = jax.vmap(lambda key: noise_of(key, step, rows, frames // len(keys), numbers))(keys)
    return jnp.moveaxis(parts, 0, 1).reshape(len(rows), frames, numbers)
