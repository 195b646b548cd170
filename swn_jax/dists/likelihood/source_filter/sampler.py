"""Sampling of a source-filter density: a mode of the frame, then its blocks, and in these sample by sample."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.dists import sample_mixture
from swn_jax.dists.classic.prediction import Classic, coefficients, residual_of
from swn_jax.dists.laws import Law
from swn_jax.dists.likelihood.source_filter.modes import blocks_of_parts, drawn, over
from swn_jax.dists.likelihood.source_filter.network import Heard, amplitude, mixture_of
from swn_jax.dists.likelihood.source_filter.period import heard_around, told
from swn_jax.dists.likelihood.source_filter.pulses import cycle, pulses, strength
from swn_jax.dists.likelihood.source_filter.source import limited, own_levels, periods_of, source_of
from swn_jax.dists.likelihood.source_filter.state import Settings, State, state_of
from swn_jax.ops.alike import alike
from swn_jax.ops.blocks import laid, put_first, shifted_in
from swn_jax.ops.bounds import bounded
from swn_jax.ops.matmul import matmul
from swn_jax.ops.once import scan_with
from swn_jax.types import Weights

Past = tuple[Array, Array, Array]  # signal, source, and what backward-adaptive prediction leaves


def next_frame(
    weights: Weights,
    key: Array,
    params: Float[Array, "*B P"],
    past: Float[Array, "*B M D"],
    temperature: float | Float[Array, ""],
    settings: Settings,
    law: Law,
) -> Float[Array, "*B D"]:
    """The samples of the next frame: a mode of it, and then each sample from its mixture given all before it."""
    width, block, classic = past.shape[-1], settings.classic.block, settings.classic
    state, blocks = state_of(params, width, settings), width // block
    signal = alike(past.reshape(*past.shape[:-2], -1), weights, params, key)
    e = source_of(signal[..., -settings.source_reach - settings.order :], state.coefficients)
    residual = residual_of(signal, classic)[..., -classic.residual_reach :] if settings.searches else signal[..., :0]
    key, key_modes = jax.random.split(key)
    counts = blocks_of_parts(blocks, settings.parts)
    said = state.log_level, cycle(state, width, settings)
    modes = mode_of_blocks(*drawn(key_modes, state.modes, temperature), *said, counts)
    begins = jnp.asarray(np.isin(np.arange(blocks), np.cumsum([0, *counts[:-1]])))

    def next_block(
        weights: Weights, carry: tuple[Past, Period], at: tuple[Array, Mode, Array]
    ) -> tuple[tuple[Past, Period], Array]:
        (x, e, residual), period = carry
        key, mode, begins = at
        if settings.searches:  # found anew where a part begins, and only there: the search costs more than a block
            period = lax.cond(begins, lambda: Period(*periods_of(residual, classic, newest=1)), lambda: period)
        heard = heard_before(e, period, settings)
        new_x, new_e = next_samples(weights, key, state, mode, heard, x, e, temperature, settings, law)
        left = new_residual(x, new_x, classic) if settings.searches else new_x[..., :0]
        return ((shifted_in(x, new_x), shifted_in(e, new_e), shifted_in(residual, left)), period), new_x

    none = jnp.zeros_like(signal[..., :1])
    period = Period(*told(state.period[..., :1], settings)) if settings.told else Period(none.astype(jnp.int32), none)
    at = jax.random.split(key, blocks), modes, begins
    _, found = scan_with(next_block, weights, ((signal, e, residual), period), at)
    return jnp.moveaxis(found, 0, -2).reshape(*past.shape[:-2], -1)


class Period(NamedTuple):
    """The period found where a part of a frame begins, or told of the frame."""

    lag: Int[Array, "*B 1"]  # samples
    correlation: Float[Array, "*B 1"]


class Mode(NamedTuple):
    """What the mode drawn for a frame says of a block of H samples."""

    taps: Float[Array, "*B N"]
    log_level: Float[Array, "*B H"]  # that the state says, nats
    moved: Float[Array, "*B"]  # by the mode, nats
    cycle: Float[Array, "*B H V"]  # places of a pulse at each sample


def mode_of_blocks(
    taps: Float[Array, "*B P N"], moved: Float[Array, "*B P"], log_level: Float[Array, "*B D"],
    places: Float[Array, "*B D V"], counts: Sequence[int],
) -> Mode:  # fmt: skip
    """Of all blocks, along the first axis; `counts` of them are in each part."""
    log_level = log_level.reshape(*log_level.shape[:-1], sum(counts), -1)
    places = places.reshape(*log_level.shape, places.shape[-1])
    taps, moved = over(taps, counts, axis=-2), over(moved, counts, axis=-1)
    each = (taps, -2), (log_level, -2), (moved, -1), (places, -3)
    return Mode(*(jnp.moveaxis(a, axis, 0) for a, axis in each))


class Before(NamedTuple):
    """What is heard before a block of H samples."""

    own: Float[Array, "*B"]  # log level of the source, nats
    around: Float[Array, "*B H J"]  # the source a period ago, in units of that level
    correlation: Float[Array, "*B"]


def heard_before(e: Float[Array, "*B W"], period: Period, settings: Settings) -> Before:
    """Level and period of the source before the next block."""
    block = settings.classic.block
    own = own_levels(e[..., -settings.span :], settings.span, block)[..., 0]
    if not settings.classic.pitch:
        nothing = jnp.broadcast_to(own[..., None, None], (*own.shape, block, 1))[..., :0]
        return Before(own, nothing, jnp.zeros_like(own))
    later = jnp.pad(e, [(0, 0)] * (e.ndim - 1) + [(0, block)])
    near = heard_around(later, *period, own[..., None], e.shape[-1], settings)[..., 0, :, :]
    return Before(own, near, period.correlation[..., 0])


def next_samples(
    weights: Weights, key: Array, state: State, mode: Mode, before: Before, x: Array, e: Array,
    temperature: float | Array, settings: Settings, law: Law,
) -> tuple[Float[Array, "*B H"], Float[Array, "*B H"]]:  # fmt: skip
    """The samples of the next block and their sources, after the signal x with the source e.

    What the filters make of the samples before the block is one product; each sample adds those of its own block.
    """
    size, kernel, scale = mode.log_level.shape[-1], weights["source"], jnp.exp(-before.own)[..., None]
    window = jnp.pad(limited(e[..., -settings.span :] * scale), [(0, 0)] * (e.ndim - 1) + [(0, size)])
    known = matmul(window, laid(kernel, size)).reshape(*mode.log_level.shape, kernel.shape[-1])

    def draw(weights: Weights, past: tuple[Array, Array], at: tuple[Array, ...]) -> tuple[Any, tuple[Array, Array]]:
        x, own = past  # the newest first
        key, level, near, known, pulse, places = at
        heard = Heard(before.own, near, before.correlation, known + matmul(own, weights["source"][:size]), places)
        logit, mean, log_scale = mixture_of(weights, heard, level, state.bias)
        mean = (mean + (mode.taps * near).sum(-1)[..., None]) * amplitude(before.own, level + mode.moved)[..., None]
        if places.shape[-1]:
            mean = mean + (pulse * strength(level, mode.moved, settings))[..., None]
        log_scale = bounded(log_scale + level[..., None], *settings.bounds) + mode.moved[..., None]
        new_e = sample_mixture.draw(law, key, logit, mean, log_scale, temperature)
        new_x = new_e + (state.coefficients * x).sum(-1)
        return (put_first(new_x, x), put_first(limited(new_e * scale[..., 0]), own)), (new_x, new_e)

    pulse = pulses(state, mode.cycle)
    along = (mode.log_level, -1), (before.around, -2), (known, -2), (pulse, -1), (mode.cycle, -2)
    by_place = [jnp.moveaxis(a, axis, 0) for a, axis in along]
    own = jnp.broadcast_to(jnp.zeros_like(scale), (*scale.shape[:-1], min(size, len(kernel))))
    start = x[..., : -settings.order - 1 : -1], own
    _, (new_x, new_e) = scan_with(draw, weights, start, (jax.random.split(key, size), *by_place))
    return jnp.moveaxis(new_x, 0, -1), jnp.moveaxis(new_e, 0, -1)


def new_residual(x: Float[Array, "*B N"], new_x: Float[Array, "*B H"], classic: Classic) -> Float[Array, "*B H"]:
    """What backward-adaptive prediction leaves of a block after the signal x."""
    span = -(-classic.history // classic.block) * classic.block
    found = coefficients(x[..., -span:], classic)[..., -1, :]
    return source_of(jnp.concatenate([x[..., -classic.order :], new_x], axis=-1), found)
