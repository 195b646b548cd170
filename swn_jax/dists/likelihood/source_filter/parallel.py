"""The mixtures of all samples of given frames, by one parallel pass."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from swn_jax.dists import sample_mixture
from swn_jax.dists.likelihood.source_filter.network import Heard, mixture_of
from swn_jax.dists.likelihood.source_filter.source import around, frame_sources, lags, limited, own_levels
from swn_jax.dists.likelihood.source_filter.state import Settings, state_of
from swn_jax.dists.sample_mixture import Mixtures
from swn_jax.ops.blocks import laid, windows
from swn_jax.ops.bounds import bounded
from swn_jax.ops.matmul import matmul
from swn_jax.types import Weights


def mixtures(
    weights: Weights,
    params: Float[Array, "*B T P"],
    x: Float[Array, "*B T D"],
    past: Float[Array, "*B M D"],
    settings: Settings,
) -> tuple[Mixtures, Array, Array]:
    """The source of each sample of the frames x and its mixture, given all samples before it [*B, T, D, K]."""
    width, block = x.shape[-1], settings.classic.block
    state = state_of(params, width, settings)
    signal = jnp.concatenate([past, x], axis=-2).reshape(*x.shape[:-2], -1)
    e = frame_sources(signal, state.coefficients, width, settings.source_reach)
    own = own_levels(e[..., settings.source_reach - settings.span :], settings.span, block)[..., :-1]
    near, correlation = periodic(signal, e, own, x.shape, settings)
    heard = Heard(
        own=jnp.repeat(own, block, axis=-1),
        around=near,
        correlation=correlation,
        filtered=filtered(weights["source"], e[..., settings.source_reach - settings.span :], own, settings),
    )
    bias = jnp.broadcast_to(state.bias[..., None, :], (*x.shape, state.bias.shape[-1]))
    logit, mean, log_scale, amplitude = mixture_of(weights, heard, state.log_level, bias)
    repeats = repeated(near, state.kernel, settings) * amplitude[..., None]
    return Mixtures(e[..., -width:], logit, mean, bounded(log_scale, *settings.bounds)), repeats, state.shifts


def repeated(near: Array, kernel: Array, settings: Settings) -> Array:
    """What each shift of the period has repeat [*B, T, D, O]."""
    if not settings.classic.pitch:
        return jnp.zeros_like(near[..., :0]).sum(-1, keepdims=True)
    count = settings.shifts
    return sum(kernel[..., None, k, None] * near[..., k : k + count] for k in range(kernel.shape[-1]))


def log_density(law, found, repeats, shifts, settings: Settings) -> Array:
    """Of frames: of each part the sum over the shifts of its period."""
    *rows, width, count = repeats.shape
    x = found.x[..., None] - repeats
    logit, mean, log_scale = (a[..., None, :] for a in found[1:])
    each = sample_mixture.log_density(law, x, logit, mean, log_scale)  # [*B, T, D, O]
    if not settings.classic.pitch:
        return each[..., 0].sum(-1)
    of_part = each.reshape(*rows, settings.parts, width // settings.parts, count).sum(-2)
    return jax.nn.logsumexp(of_part + shifts, axis=-1).sum(-1)


def periodic(
    signal: Float[Array, "*B N"], e: Float[Array, "*B T W"], own: Float[Array, "*B T C"],
    shape: tuple[Any, ...], settings: Settings,
) -> tuple[Float[Array, "*B T D J"], Float[Array, "*B T D"]]:  # fmt: skip
    """The source about a period ago in units of its own level, and the correlation of the period."""
    if not settings.classic.pitch:
        newest = e[..., -shape[-1] :]
        return jnp.broadcast_to(newest[..., None], (*shape, 1))[..., :0], jnp.zeros_like(newest)
    block = settings.classic.block
    lag, correlation = (held(by_frame(a, own.shape), settings.parts) for a in lags(signal, settings.classic))
    near = around(e, lag, settings.source_reach, block, settings.taps)
    near = limited(near * jnp.exp(-own)[..., None, None]).reshape(*shape, near.shape[-1])
    return near, jnp.repeat(correlation, block, axis=-1)


def held(a: Array, parts: int) -> Array:
    """The value at the start of each part of a frame, for all its blocks."""
    each = a.shape[-1] // parts
    return jnp.repeat(a[..., ::each], each, axis=-1)


def by_frame(a: Int[Array, "*B C1"] | Float[Array, "*B C1"], shape: tuple[Any, ...]) -> Array:
    """The values before the blocks of the last T frames [*B, T, C]."""
    frames, each = shape[-2:]
    return a[..., -frames * each - 1 : -1].reshape(shape)


def filtered(
    kernel: Float[Array, "V U"], e: Float[Array, "*B T W"], own: Float[Array, "*B T C"], settings: Settings
) -> Float[Array, "*B T D U"]:
    """The filters over the window before each sample, in units of the level before its block."""
    block, span = settings.classic.block, settings.span
    cut = windows(e, block, span)[..., span // block :, :]  # [*B, T, C, span + H]
    out = matmul(limited(cut * jnp.exp(-own)[..., None]), laid(kernel, block))
    by_place = out.reshape(*own.shape, block, kernel.shape[-1])  # two steps, for rows on an explicit axis of a mesh
    return by_place.reshape(*own.shape[:-1], own.shape[-1] * block, kernel.shape[-1])
