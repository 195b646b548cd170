"""The mixtures of all samples of given frames, by one parallel pass."""

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from swn_jax.dists.classic.prediction import Classic, known
from swn_jax.dists.likelihood.samplewise import network
from swn_jax.dists.sample_mixture import Mixtures
from swn_jax.ops.blocks import causal_filters, earlier
from swn_jax.types import Weights


def mixtures(
    weights: Weights,
    params: Float[Array, "*B T P"],
    x: Float[Array, "*B T D"],
    past: Float[Array, "*B M D"],
    classic: Classic,
) -> Mixtures:
    """The mixture of each sample of the frames x, given all samples before it; arguments as in `LogProbFn`."""
    signal = jnp.concatenate([past, x], axis=-2).reshape(*x.shape[:-2], -1)
    start, found = past.shape[-2] * past.shape[-1], known(signal, classic)
    at = jax.tree.map(lambda a: lax.slice_in_dim(a, start, None, axis=signal.ndim - 1), found)
    logit, mean, log_scale = network.mixture_of(
        weights,
        filtered(found.residual, weights["residual"], start, classic.block),
        filtered(signal, weights["signal"], start, classic.block),
        network.seen(at.power, at.signal_power, at.taps, at.gain, at.correlation, recent(found.residual, start)),
        jnp.repeat(params, x.shape[-1], axis=-2),
    )
    return Mixtures(x.reshape(at.prediction.shape) - at.prediction, logit, mean, log_scale)


def recent(e: Float[Array, "*B N"], start: int) -> Float[Array, "*B N2 R"]:
    """The residuals just before each sample from `start` on, newest first."""
    return jnp.stack([earlier(e, k + 1)[..., start:] for k in range(network.RECENT)], axis=-1)


def filtered(x: Float[Array, "*B N"], kernel: Float[Array, "K U"], start: int, size: int) -> Float[Array, "*B N2 U"]:
    """The filters over the past of each sample from `start` on, without those of the samples before."""
    reach = -(-len(kernel) // size) * size
    x = jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(max(0, reach - start), 0)])
    return causal_filters(x[..., max(0, start - reach) :], kernel, size)[..., reach:, :]
