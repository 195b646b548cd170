"""Sequences of any length in the memory of one stretch, with the noise that they have as a whole."""

from collections.abc import Iterator
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.train.noise import block_keys, joined_noise
from swn_jax.train.stretches import of_frames, stretches
from swn_jax.types import Batch, Model

WINDOW = 2**14  # frames that are scored at a time: at 80 per second three and a half minutes
BLOCK = 2**11  # frames of a longer sequence that have noise of a key of their own, so that no stretch needs all


class Draws(NamedTuple):
    """Where the noise of a stretch comes from."""

    keys: Array  # of equal parts of some frames
    start: Int[Array, ""] | int  # the place of the stretch in these


def noise_in(
    draws: Draws, total: int, k: Int[Array, ""] | int, rows: Int[Array, " B"], frames: int, numbers: int
) -> Float[Array, "B T N"]:
    """The noise of draw `k` for `frames` frames, out of that of `total` frames."""
    noise = joined_noise(draws.keys, k, rows, total, numbers)
    if frames == total:
        return noise
    return lax.dynamic_slice_in_dim(jnp.pad(noise, ((0, 0), (0, frames), (0, 0))), draws.start, frames, axis=1)


def pieces(
    model: Model, batch: Batch, key: Array, length: int = WINDOW, window: int = WINDOW, block: int = BLOCK
) -> Iterator[tuple[Draws, int, Batch]]:
    """The stretches of a batch of numpy arrays, each with its noise and the number of frames that this is made for.

    A batch of at most `length` real frames is one stretch, as it is, without a carry. The noise of a frame does not
    depend on `length`: it is made for `window` frames at once where there are no more, and for each `block` otherwise.

    Args:
      model: that they are for.
      batch: padded at the end.
      key: of the noise.
      length: of a stretch in frames.
      window, block: in frames.
    """
    real = int(np.asarray(batch.mask).sum(1).max())
    cut = (
        [of_frames(batch, slice(length))] if real <= length else stretches(model, of_frames(batch, slice(real)), length)
    )
    for number, piece in enumerate(cut):
        start, frames = number * length, piece.x.shape[1]
        if real <= window:
            yield Draws(key[None], start), min(batch.x.shape[1], window), piece
        else:
            first, count = start // block, -(-(frames - 1) // block) + 1
            yield Draws(block_keys(key, first, count), start - first * block), count * block, piece


def carried(batch: Batch, samples: int) -> Batch:
    """The first stretch with the carry of each of several draws of z; as it is without one."""
    return batch._replace(carry=jax.tree.map(lambda a: jnp.broadcast_to(a, (samples, *a.shape)), batch.carry))
