"""The objective: masks, sums and weights the terms of a model, which happens in this file only."""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Num

from swn_jax.errors import SwnError
from swn_jax.ops.masks import masked_sum, weighed
from swn_jax.types import Terms

Beta = float | Float[Array, "..."]  # the KL weight, of all sequences or of each


def elbo(terms: Terms, mask: Float[Array, "B T"], beta: Beta = 1.0) -> Float[Array, "*K B"]:
    """The evidence lower bound of each sequence, `sum_t m_t (log p(x_t | z) - beta KL(q || p))`, in nats (eqs. 5, 9).

    Args:
      terms: of a model; several draws of z on a leading axis.
      mask: of the batch. It weighs, here and in all sums below: 1 counts a frame, 0 leaves it out.
      beta: the KL weight, one number or one for each sequence.
    Raises:
      SwnError: for a mask or weight of another shape.
    """
    beta = jnp.asarray(beta, terms.kl.dtype)
    if beta.shape not in ((), mask.shape[:1]):
        raise SwnError(f"beta: found shape {list(beta.shape)}, wanted one number or {mask.shape[0]}, one per sequence")
    kl = terms.kl.sum(-1)
    return frame_sum(terms.log_px - jnp.broadcast_to(beta[..., None], kl.shape) * kl, mask)


def loss(
    terms: Terms, mask: Float[Array, "B T"], beta: Beta, aux_weight: float, free_nats: float = 0.0,
    latents: Sequence[int] = (),
) -> Float[Array, ""]:  # fmt: skip
    """The training loss, `aux_weight sum aux - sum ELBO_beta` over all frames of a batch, in nats (eq. 9).

    Args:
      terms: of a model.
      mask: of the batch.
      beta: the KL weight.
      aux_weight: of further costs.
      free_nats: per frame and layer that z may carry at no cost (free bits, Kingma et al. 2016).
      latents: of the model, which free nats ask for.
    """
    cost = (aux_weight * weighed(terms.aux.sum(-1), mask)).sum()
    if not free_nats:
        return cost - elbo(terms, mask, beta).sum()
    return cost - frame_sum(terms.log_px, mask).sum() + (beta * counted(terms, mask, free_nats, latents)).sum()


def counted(terms: Terms, mask: Float[Array, "B T"], free_nats: float, latents: Sequence[int]) -> Float[Array, " B"]:
    """The KL that is counted of each sequence: of each layer at least `free_nats` for each frame.

    `sum_l max(sum_t m_t KL_(t,l), free_nats sum_t m_t)`: a layer below it has no reason to say less.
    """
    layers = masked_sum(jnp.moveaxis(by_layer(terms.kl, latents), -1, 0), mask)  # [S, B]
    return jnp.maximum(layers, jnp.broadcast_to(free_nats * mask.sum(-1), layers.shape)).sum(0)


def frame_sum(x: Float[Array, "*K B T"], mask: Array) -> Float[Array, "*K B"]:
    """Sum over the frames of each sequence; raises SwnError for a mask of another shape, which is never broadcast."""
    if mask.shape != x.shape[-2:]:
        raise SwnError(f"mask: found shape {list(mask.shape)}, wanted {list(x.shape[-2:])} (B sequences, T frames)")
    return masked_sum(x, mask)


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
        log_px=weighed(terms.log_px, mask).sum(),
        aux=weighed(terms.aux.sum(-1), mask).sum(),
        at_floor=jnp.sum(terms.at_floor * mask),
        kl=weighed(jnp.moveaxis(terms.kl, -1, 0), mask).sum((1, 2)),
        frames=mask.sum(),
    )


def sequence_totals(terms: Terms, mask: Float[Array, "B T"]) -> Totals:
    """Sums over the real frames of each sequence."""
    return Totals(
        log_px=frame_sum(terms.log_px, mask),
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
    return frame_sum(terms.log_px - terms.log_ratio.sum(-1), mask)


def log_mean_exp(log_w: Float[Array, "K B"]) -> Float[Array, " B"]:
    """The K-sample bound from log importance weights: `log 1/K sum_k exp(log_w_k)`."""
    return jax.nn.logsumexp(log_w, axis=0) - jnp.log(float(log_w.shape[0]))


def by_layer(per_dimension: Num[Array, "*S N"], latents: Sequence[int]) -> Num[Array, "*S S"]:
    """Sum over the latent dimensions of each layer, lowest first; raises SwnError for the sizes of another model."""
    if sum(latents) != per_dimension.shape[-1]:
        raise SwnError(f"latents: found {sum(latents)} numbers in {list(latents)}, wanted {per_dimension.shape[-1]}")
    ends = [sum(latents[: s + 1]) for s in range(len(latents))]
    parts = [per_dimension[..., e - n : e].sum(-1) for e, n in zip(ends, latents, strict=True)]
    return jnp.stack(parts, axis=-1) if parts else per_dimension
