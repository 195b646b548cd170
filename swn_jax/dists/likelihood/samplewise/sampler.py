"""Sampling of a samplewise density: block by block what classic coding knows, then sample by sample."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.dists import sample_mixture
from swn_jax.dists.classic.prediction import LEVELS, SIGNAL_LEVEL, Ahead, Classic, ahead, residual_of
from swn_jax.dists.laws import Law
from swn_jax.dists.likelihood.samplewise import network
from swn_jax.ops.alike import alike
from swn_jax.ops.blocks import shifted_in
from swn_jax.ops.bounds import bounded
from swn_jax.ops.levels import decays
from swn_jax.ops.matmul import matmul
from swn_jax.ops.once import scan_with
from swn_jax.types import Weights


def next_frame(
    weights: Weights,
    key: Array,
    condition: Float[Array, "*B P"],
    past: Float[Array, "*B M D"],
    temperature: float | Float[Array, ""],
    classic: Classic,
    law: Law,
    bounds: tuple[float, float],
) -> Float[Array, "*B D"]:
    """The samples of the next frame, each from its mixture given all before it."""
    signal = past.reshape(*past.shape[:-2], -1)
    least = max(len(weights["residual"]), network.SIGNAL, network.RECENT, classic.order)
    signal = jnp.pad(signal, [(0, 0)] * (signal.ndim - 1) + [(max(0, least - signal.shape[-1]), 0)])
    signal = alike(signal, weights, condition, key)
    residual, size = residual_of(signal, classic), classic.block

    def block(weights: Weights, state: tuple[Array, Array], key: Array) -> tuple[tuple[Array, Array], Array]:
        x, e = state
        new_x, new_e = next_block(weights, key, condition, x, e, ahead(x, e, classic), temperature, law, bounds)
        return (shifted_in(x, new_x), shifted_in(e, new_e)), new_x

    keys = jax.random.split(key, past.shape[-1] // size)
    _, found = scan_with(block, weights, (signal, residual), keys)  # [blocks, *B, H]
    return jnp.moveaxis(found, 0, -2).reshape(*past.shape[:-2], -1)


def next_block(
    weights: Weights, key: Array, condition: Array, x: Array, e: Array, known: Ahead,
    temperature: float | Array, law: Law, bounds: tuple[float, float],
) -> tuple[Float[Array, "*B H"], Float[Array, "*B H"]]:  # fmt: skip
    """The samples of the next block and their residuals, after the signal x with the residual e."""
    order, size = known.coefficients.shape[-1], known.taps.shape[-2]

    def draw(weights: Weights, state: Any, at: tuple[Array, Array]) -> tuple[Any, tuple[Array, Array]]:
        x, e, power, signal_power = state
        key, taps = at
        prediction = (known.coefficients * newest(x, order)).sum(-1)
        seen = network.seen(power, signal_power, taps, known.gain, known.correlation, newest(e, network.RECENT))
        from_e, from_x = (matmul(newest(y, len(k)), k) for y, k in ((e, weights["residual"]), (x, weights["signal"])))
        logit, mean, log_scale = network.mixture_of(weights, from_e, from_x, seen, condition)
        new_e = sample_mixture.draw(law, key, logit, mean, bounded(log_scale, *bounds), temperature)
        new_x = prediction + new_e
        state = (
            shifted_in(x, new_x[..., None]), shifted_in(e, new_e[..., None]),
            updated(power, new_e, LEVELS), updated(signal_power, new_x, SIGNAL_LEVEL),
        )  # fmt: skip
        return state, (new_x, new_e)

    least = max(order, network.SIGNAL)
    start = x[..., -least:], e[..., -max(len(weights["residual"]), network.RECENT) :], known.power, known.signal_power
    at = jax.random.split(key, size), jnp.moveaxis(known.taps, -2, 0)
    _, (new_x, new_e) = scan_with(draw, weights, start, at)
    return jnp.moveaxis(new_x, 0, -1), jnp.moveaxis(new_e, 0, -1)


def newest(x: Float[Array, "*B N"], count: int) -> Float[Array, "*B K"]:
    """The last samples, the newest first."""
    return x[..., ::-1][..., :count]


def updated(power: Float[Array, "*B L"], x: Float[Array, "*B"], lengths: tuple[int, ...]) -> Float[Array, "*B L"]:
    """Running powers one sample later."""
    keep = jnp.broadcast_to(jnp.asarray(decays(lengths), power.dtype), power.shape)
    return keep * power + (1 - keep) * x[..., None] ** 2
