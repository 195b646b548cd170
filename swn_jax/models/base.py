"""What the models share: checked choices, and the terms of the bound from what a network gives back."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.errors import SwnError, unknown
from swn_jax.layers.latent import Drawn
from swn_jax.ops.masks import blank
from swn_jax.types import Batch, Likelihood, Terms

DTYPES = {"float32": jnp.float32, "bfloat16": jnp.bfloat16}
V = TypeVar("V")


def choose(kind: str, name: str, known: Mapping[str, V]) -> V:
    """`known[name]`, or an error with the nearest right name."""
    if name not in known:
        raise unknown(kind, name, known)
    return known[name]


def positive(**sizes: int) -> None:
    """Raises SwnError for the first size that is below 1."""
    for name, size in sizes.items():
        if size < 1:
            raise SwnError(f"{name}={size}: wanted 1 or more")


def clean(batch: Batch) -> Batch:
    """The batch as device arrays, with zeros in the padding, whatever stood there."""
    x, mask, before = map(jnp.asarray, batch)
    return Batch(blank(x, mask), mask, before)


def one_frame(batch: Batch) -> Batch:
    """A batch of zeros, one sequence of one frame: all that shapes the parameters."""
    x = jnp.zeros((1, 1, batch.x.shape[-1]), batch.x.dtype)
    return Batch(x, jnp.ones_like(x[..., 0]), x[:, 0])


def terms_of(likelihood: Likelihood, params: Float[Array, "B T P"], draws: Sequence[Drawn], batch: Batch) -> Terms:
    """The terms of the bound: the density of each frame, and what the draws of all layers cost, lowest first."""
    none = jnp.zeros((*batch.mask.shape, 0))
    return Terms(
        log_px=likelihood.log_prob(params, batch.x),
        kl=jnp.concatenate([none, *(d.kl for d in draws)], axis=-1),
        ratio=jnp.concatenate([none, *(d.ratio for d in draws)], axis=-1),
        aux=none,
        floored=likelihood.floored(params),
    )
