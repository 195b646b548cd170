"""The objective: masks, sums and weights the terms of a model, which happens in this file only."""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Num

from swn_jax.ops.masks import masked_sum, zero_padding
from swn_jax.types import Terms


def elbo(terms: Terms, mask: Float[Array, "B T"], beta: float | Float[Array, ""] = 1.0) -> Float[Array, " B"]:
    """The evidence lower bound of each sequence, `sum_t log p(x_t | z) - beta KL(q || p)`, in nats (eqs. 5 and 9)."""
    return masked_sum(terms.log_px - beta * terms.kl.sum(-1), mask)


def loss(
    terms: Terms, mask: Float[Array, "B T"], beta: float | Float[Array, ""], aux_weight: float
) -> Float[Array, ""]:
    """The training loss, `aux_weight sum aux - sum ELBO_beta` over all frames of a batch, in nats (eq. 9)."""
    cost = aux_weight * zero_padding(terms.aux.sum(-1), mask)
    return cost.sum() - elbo(terms, mask, beta).sum()


class Totals(NamedTuple):
    """The terms summed over real frames, per sequence or over a whole batch."""

    log_px: Float[Array, "*B"]  # nats
    aux: Float[Array, "*B"]
    at_floor: Float[Array, "*B"]  # number of frames with a scale at the floor
    kl: Float[Array, "*B N"]  # nats per latent dimension
    frames: Float[Array, "*B"]  # number of real frames


def batch_totals(terms: Terms, mask: Float[Array, "B T"]) -> Totals:
    """Sums over all real frames of a batch."""
    return Totals(
        log_px=jnp.sum(zero_padding(terms.log_px, mask)),
        aux=jnp.sum(zero_padding(terms.aux.sum(-1), mask)),
        at_floor=jnp.sum(terms.at_floor * mask),
        kl=jnp.sum(zero_padding(terms.kl, mask), axis=(0, 1)),
        frames=mask.sum(),
    )


def sequence_totals(terms: Terms, mask: Float[Array, "B T"]) -> Totals:
    """Sums over the real frames of each sequence."""
    return Totals(
        log_px=masked_sum(terms.log_px, mask),
        aux=masked_sum(terms.aux.sum(-1), mask),
        at_floor=masked_sum(terms.at_floor.astype(jnp.float32), mask),
        kl=masked_sum(jnp.moveaxis(terms.kl, -1, 0), mask).T,
        frames=mask.sum(-1),
    )


def iwae(terms: Terms, mask: Float[Array, "B T"]) -> Float[Array, " B"]:
    """The K-sample bound of each sequence, `log 1/K sum_k p(x, z_k) / q(z_k | x)`, in nats (Burda et al. 2016).

    Args:
      terms: of K independent samples of z, on a leading axis.
      mask: of the batch.
    """
    return log_mean_exp(log_weight(terms, mask))


def log_weight(terms: Terms, mask: Float[Array, "B T"]) -> Float[Array, "*K B"]:
    """The log importance weight of the sampled z, `log p(x, z) - log q(z | x)`, in nats per sequence."""
    return masked_sum(terms.log_px - terms.log_ratio.sum(-1), mask)


def log_mean_exp(log_w: Float[Array, "K B"]) -> Float[Array, " B"]:
    """The K-sample bound from log importance weights: `log 1/K sum_k exp(log_w_k)`."""
    return jax.nn.logsumexp(log_w, axis=0) - jnp.log(float(log_w.shape[0]))


def by_layer(per_dimension: Num[Array, "*S N"], latents: Sequence[int]) -> Num[Array, "*S S"]:
    """Sum over the latent dimensions of each layer, lowest first."""
    ends = [sum(latents[: s + 1]) for s in range(len(latents))]
    parts = [per_dimension[..., e - n : e].sum(-1) for e, n in zip(ends, latents, strict=True)]
    return jnp.stack(parts, axis=-1) if parts else per_dimension
