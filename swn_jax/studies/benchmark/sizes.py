"""The sizes of the benchmarks, and the model and batches of these sizes."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp

from swn_jax.models import build
from swn_jax.types import Batch, Model

FRAME = 200  # samples
Tell = Callable[[str], None]


class Sizes(NamedTuple):
    """The sizes of the benchmarks."""

    width: int  # channels
    layers: int
    latent: int  # dimensions per layer
    batch: int  # sequences in the train step
    rounds: int  # of measurements; medians are reported
    lengths: Sequence[int]  # frames per sequence
    systems: Sequence[str]  # of timit_sample, to compare over the lengths
    replicas: int  # seeds in one program
    presets: Sequence[str]  # CORPUS:SYSTEM, for sampling
    batches: Sequence[int]  # sequences at a time, for sampling
    sampled: Sequence[int]  # frames to sample; only the first two for batches above 1
    plot: str | None  # a PNG of the times over the lengths


def model(sizes: Sizes, dtype: str = "float32") -> Model:
    """A SWaveNet of these sizes."""
    return build("swavenet", FRAME, width=sizes.width, layers=sizes.layers, latent=sizes.latent, dtype=dtype)


def batch_of(size: int, frames: int) -> Batch:
    """A batch of random frames."""
    x = jax.random.normal(jax.random.key(1), (size, frames, FRAME))
    return Batch(x, jnp.ones((size, frames)), jnp.zeros((size, FRAME)))
