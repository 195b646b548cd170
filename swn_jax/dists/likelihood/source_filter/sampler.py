"""Sampling of a source-filter density: the period block by block, and then sample by sample."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from swn_jax.dists import sample_mixture
from swn_jax.dists.laws import Law
from swn_jax.dists.likelihood.samplewise.prediction import Classic, coefficients, residual_of
from swn_jax.dists.likelihood.samplewise.sampler import shifted_in
from swn_jax.dists.likelihood.source_filter.network import Heard, mixture_of
from swn_jax.dists.likelihood.source_filter.source import around, limited, own_levels, periods_of, source_of
from swn_jax.dists.likelihood.source_filter.state import Settings, State, shifted, state_of
from swn_jax.ops.alike import alike
from swn_jax.ops.blocks import laid
from swn_jax.ops.bounds import bounded
from swn_jax.ops.matmul import matmul
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
    """The samples of the next frame, each from its mixture given all before it."""
    width, block, classic = past.shape[-1], settings.classic.block, settings.classic
    state = state_of(params, width, settings)
    signal = alike(past.reshape(*past.shape[:-2], -1), weights, params, key)
    e = source_of(signal[..., -settings.source_reach - settings.order :], state.coefficients)
    residual = residual_of(signal, classic)[..., -classic.residual_reach :] if classic.pitch else signal[..., :0]
    levels = jnp.moveaxis(state.log_level.reshape(*state.log_level.shape[:-1], -1, block), -2, 0)

    blocks = width // block
    key, key_shift = jax.random.split(key)
    if classic.pitch:
        shift = jax.random.categorical(key_shift, state.shifts / jnp.maximum(temperature, 1e-3))  # [*B, P]
        taps = shifted(state.kernel[..., None, :], shift, settings)  # [*B, P, J]
        taps = jnp.moveaxis(jnp.repeat(taps, blocks // settings.parts, axis=-2), -2, 0)
    else:
        taps = jnp.zeros((blocks, *signal.shape[:-1], 0), signal.dtype)
    first = jnp.arange(blocks) % max(blocks // settings.parts, 1) == 0

    def next_block(carry: Any, at: tuple[Array, ...]) -> tuple[Any, Array]:
        (x, e, residual), period = carry
        key, log_level, taps, first = at
        if classic.pitch:
            lag, correlation = periods_of(residual, classic, newest=1)
            period = jnp.where(first, lag, period[0]), jnp.where(first, correlation, period[1])
        heard = heard_before(e, period, settings)
        new_x, new_e = next_samples(weights, key, state, log_level, taps, heard, x, e, temperature, settings, law)
        left = new_residual(x, new_x, classic) if classic.pitch else new_x[..., :0]
        return ((shifted_in(x, new_x), shifted_in(e, new_e), shifted_in(residual, left)), period), new_x

    lag = jnp.zeros_like(signal[..., :1], jnp.int32)
    start = (signal, e, residual), (lag, jnp.zeros_like(signal[..., :1]))
    _, found = lax.scan(next_block, start, (jax.random.split(key, blocks), levels, taps, first))
    return jnp.moveaxis(found, 0, -2).reshape(*past.shape[:-2], -1)


class Before(NamedTuple):
    """What is heard before a block of H samples."""

    own: Float[Array, "*B"]  # log level of the source, nats
    around: Float[Array, "*B H J"]  # the source a period ago, in units of that level
    correlation: Float[Array, "*B"]


def heard_before(e: Float[Array, "*B W"], period: tuple[Array, Array], settings: Settings) -> Before:
    """Level and period of the source before the next block."""
    block = settings.classic.block
    own = own_levels(e[..., -settings.span :], settings.span, block)[..., 0]
    if not settings.classic.pitch:
        nothing = jnp.broadcast_to(own[..., None, None], (*own.shape, block, 1))[..., :0]
        return Before(own, nothing, jnp.zeros_like(own))
    lag, correlation = period
    later = jnp.pad(e, [(0, 0)] * (e.ndim - 1) + [(0, block)])
    near = around(later, lag, e.shape[-1], block, settings.taps)[..., 0, :, :]
    return Before(own, limited(near * jnp.exp(-own)[..., None, None]), correlation[..., 0])


def next_samples(
    weights: Weights, key: Array, state: State, log_level: Float[Array, "*B H"], taps: Array, before: Before, x: Array, e: Array,
    temperature: float | Array, settings: Settings, law: Law,
) -> tuple[Float[Array, "*B H"], Float[Array, "*B H"]]:  # fmt: skip
    """The samples of the next block and their sources, after the signal x with the source e.

    What the filters make of the samples before the block is one product; each sample adds those of its own block.
    """
    size, kernel, scale = log_level.shape[-1], weights["source"], jnp.exp(-before.own)[..., None]
    window = jnp.pad(limited(e[..., -settings.span :] * scale), [(0, 0)] * (e.ndim - 1) + [(0, size)])
    known = matmul(window, laid(kernel, size)).reshape(*log_level.shape, kernel.shape[-1])
    recent = kernel[:size]

    def draw(past: tuple[Array, Array], at: tuple[Array, ...]) -> tuple[Any, tuple[Array, Array]]:
        x, own = past  # the newest first
        key, level, near, known = at
        heard = Heard(before.own, near, before.correlation, known + matmul(own, recent))
        logit, mean, log_scale, amplitude = mixture_of(weights, heard, level, state.bias)
        mean = mean + ((taps * near).sum(-1) * amplitude)[..., None]
        mixture = logit, mean, bounded(log_scale, *settings.bounds)
        new_e = sample_mixture.draw(law, key, *mixture, temperature)
        new_x = new_e + (state.coefficients * x).sum(-1)
        return (put_first(new_x, x), put_first(limited(new_e * scale[..., 0]), own)), (new_x, new_e)

    by_place = [jnp.moveaxis(a, axis, 0) for a, axis in ((log_level, -1), (before.around, -2), (known, -2))]
    own = jnp.broadcast_to(jnp.zeros_like(scale), (*scale.shape[:-1], len(recent)))
    start = x[..., : -settings.order - 1 : -1], own
    _, (new_x, new_e) = lax.scan(draw, start, (jax.random.split(key, size), *by_place))
    return jnp.moveaxis(new_x, 0, -1), jnp.moveaxis(new_e, 0, -1)


def put_first(new: Float[Array, "*B"], x: Float[Array, "*B N"]) -> Float[Array, "*B N"]:
    """The newest samples, the newest first, after a new one."""
    return jnp.concatenate([new[..., None], x[..., :-1]], axis=-1)


def new_residual(x: Float[Array, "*B N"], new_x: Float[Array, "*B H"], classic: Classic) -> Float[Array, "*B H"]:
    """What backward-adaptive prediction leaves of a block after the signal x."""
    span = -(-classic.history // classic.block) * classic.block
    found = coefficients(x[..., -span:], classic)[..., -1, :]
    return source_of(jnp.concatenate([x[..., -classic.order :], new_x], axis=-1), found)
