"""The mixtures of all samples of given frames, by one parallel pass."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from swn_jax.dists import sample_mixture
from swn_jax.dists.laws import Law
from swn_jax.dists.likelihood.source_filter.modes import blocks_of_parts, levels, log_density, over, repeats
from swn_jax.dists.likelihood.source_filter.network import Heard, amplitude, mixture_of
from swn_jax.dists.likelihood.source_filter.period import heard_around, told
from swn_jax.dists.likelihood.source_filter.pulses import cycle, pulses, strength
from swn_jax.dists.likelihood.source_filter.source import frame_sources, lags, limited, own_levels
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
) -> Mixtures:
    """The source of each sample of the frames x and its mixture in each mode, given all samples before it.

    The sources are [*B, T, D], logits [*B, T, D, 1, K], means and log-scales [*B, T, D, M, K] with M modes.
    """
    width, block = x.shape[-1], settings.classic.block
    state = state_of(params, width, settings)
    signal = jnp.concatenate([past, x], axis=-2).reshape(*x.shape[:-2], -1)
    e = frame_sources(signal, state.coefficients, width, settings.source_reach)
    own = own_levels(e[..., settings.source_reach - settings.span :], settings.span, block)[..., :-1]
    near, correlation = periodic(signal, e, own, state.period, settings)
    places = cycle(state, width, settings)
    heard = Heard(
        own=jnp.repeat(own, block, axis=-1),
        around=near,
        correlation=correlation,
        filtered=filtered(weights["source"], e[..., settings.source_reach - settings.span :], own, settings),
        cycle=places,
    )
    bias = jnp.broadcast_to(state.bias[..., None, :], (*x.shape, state.bias.shape[-1]))
    logit, mean, log_scale = mixture_of(weights, heard, state.log_level, bias)
    log_scale = bounded(log_scale + state.log_level[..., None], *settings.bounds)
    moved = over(levels(state.modes), samples_of(width, settings), axis=-2)  # [*B, T, D, M]
    loud = amplitude(jnp.repeat(own, block, axis=-1)[..., None], state.log_level[..., None] + moved)
    mean = (mean[..., None, :] + repeats(state.modes, near)[..., None]) * loud[..., None]
    if places.shape[-1]:
        own_pulses = pulses(state, places)[..., None] * strength(state.log_level[..., None], moved, settings)
        mean = mean + own_pulses[..., None]
    return Mixtures(e[..., -width:], logit[..., None, :], mean, log_scale[..., None, :] + moved[..., None])


def log_prob(law: Law, found: Mixtures, params: Float[Array, "*B T P"], settings: Settings) -> Float[Array, "*B T"]:
    """Of frames, all their modes summed."""
    width = found.x.shape[-1]
    each = sample_mixture.log_density(law, found.x[..., None], *found[1:])
    ends = np.cumsum(samples_of(width, settings))
    of_part = jnp.stack([a.sum(-2) for a in jnp.split(each, ends[:-1], axis=-2)], axis=-2)
    return log_density(state_of(params, width, settings).modes, of_part)


def samples_of(width: int, settings: Settings) -> tuple[int, ...]:
    """How many samples of a frame each of its parts has."""
    block = settings.classic.block
    return tuple(count * block for count in blocks_of_parts(width // block, settings.parts))


def periodic(
    signal: Float[Array, "*B N"], e: Float[Array, "*B T W"], own: Float[Array, "*B T C"],
    period: Float[Array, "*B T V"], settings: Settings,
) -> tuple[Float[Array, "*B T D J"], Float[Array, "*B T D"]]:  # fmt: skip
    """The source about a period ago in units of its own level, and the correlation of the period."""
    block, shape = settings.classic.block, (*own.shape[:-1], own.shape[-1] * settings.classic.block)
    if not settings.classic.pitch:
        newest = e[..., -shape[-1] :]
        return jnp.broadcast_to(newest[..., None], (*shape, 1))[..., :0], jnp.zeros_like(newest)
    if settings.told:
        lag, correlation = (jnp.broadcast_to(a, own.shape) for a in told(period[..., :1], settings))
    else:
        lag, correlation = (held(by_frame(a, own.shape), settings) for a in lags(signal, settings.classic))
    near = heard_around(e, lag, correlation, own, settings.source_reach, settings).reshape(*shape, settings.taps)
    return near, jnp.repeat(correlation, block, axis=-1)


def held(a: Array, settings: Settings) -> Array:
    """Of values before each block [*B, T, C] the value at the start of each part of a frame, for all its blocks."""
    counts = [count for count in blocks_of_parts(a.shape[-1], settings.parts) if count]
    first = np.cumsum([0, *counts[:-1]])
    return over(jnp.stack([a[..., start] for start in first], axis=-1), counts, axis=-1)


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
