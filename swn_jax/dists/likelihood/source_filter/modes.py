"""The modes of a frame, of which one is drawn and all are summed: shifts of its period, and jumps of its level.

What a frame repeats lies about a period before; by how much its period differs is one draw for each part of it, which
samples alone could only blur over. And where sound begins or ends, its level jumps further than a normal latent
variable goes; a jump is one draw for the frame. Letters in shapes: P parts, O shifts, J jumps, M = O + J, K kernel.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from swn_jax.ops.blocks import aligned

KERNEL, SHIFTS = 7, 7  # taps of the kernel, and the samples by which it is shifted, -3 to 3
NARROW, SPREAD = 0.8, 1.5  # samples, the deviations of the two at a head of zeros
TOLD = 0.8  # the second, about a period that is told
VOICE = 0.0, 2.5, 0.0  # log odds of what repeats, at a head of zeros, by what is told: nothing, a period, and a mark
JUMPS = ((1.0, 1.0), (0.0, 2.0), (-1.0, -1.0), (0.0, -1.0))  # nats, in the halves of a frame, at a head of zeros
FURTHEST = 4.0  # nats that a jump goes; scales are bounded before it
RARE = -3.0  # log odds of each at a head of zeros


class Modes(NamedTuple):
    """What the model's state says of them."""

    kernel: Float[Array, "*S K"]  # weights of the source about a period ago, positive, of sum below 1; none, K = 0
    shift: Float[Array, "*S P O"]  # log-probabilities
    jump: Float[Array, "*S J1"]  # log-probabilities of none and of each
    moved: Float[Array, "*S P J"]  # nats


def numbers(pitched: bool, parts: int) -> int:
    """How many numbers say it."""
    return len(JUMPS) * (1 + parts) + (1 + KERNEL + parts * SHIFTS if pitched else 0)


def modes_of(said: Float[Array, "*S V"], pitched: bool, parts: int, told: int = 0) -> Modes:
    """From these numbers, about a period that is told or found; see `Settings.told`."""
    count, rows = len(JUMPS), said.shape[:-1]
    odds, moved, voicing, shift = jnp.split(said, np.cumsum([count, count * parts, pitched * (1 + KERNEL)]), axis=-1)
    odds = jnp.pad(odds + RARE, [(0, 0)] * len(rows) + [(1, 0)])
    moved = moved.reshape(*rows, parts, count)
    start = np.asarray(JUMPS)[:, np.arange(parts) * 2 // parts].T
    shift = shift.reshape(*rows, parts, SHIFTS) if pitched else jnp.zeros_like(moved[..., :1])
    return Modes(
        taps_of(voicing, VOICE[told]),
        jax.nn.log_softmax(shift + bell(shift.shape[-1], TOLD if told else SPREAD, shift)),
        jax.nn.log_softmax(odds),
        FURTHEST * jnp.tanh((moved + aligned(jnp.asarray(start, said.dtype), moved.ndim)) / FURTHEST),
    )


def taps_of(voicing: Float[Array, "*S V"], voice: float = 0.0) -> Float[Array, "*S K"]:
    """`sigmoid(v_0 + c) softmax(v_1, ..)`: no gain of a period over the one before it is above 1, at any frequency."""
    weights = voicing[..., 1:] + bell(max(voicing.shape[-1] - 1, 0), NARROW, voicing)
    return jax.nn.sigmoid(voicing[..., :1] + voice) * jax.nn.softmax(weights, axis=-1)


def bell(count: int, deviation: float, like: Float[Array, "*S V"]) -> Float[Array, "..."]:
    """Logits of a normal about the middle of `count` places, with the rank and the type of an array."""
    place = np.arange(count) - count // 2
    return aligned(jnp.asarray(-0.5 * (place / deviation) ** 2, like.dtype), like.ndim)


def blocks_of_parts(blocks: int, parts: int) -> tuple[int, ...]:
    """How many blocks of a frame each of its parts has; with more parts than blocks some have none."""
    return tuple(np.bincount(np.arange(blocks) * parts // blocks, minlength=parts).tolist())


def over(each: Array, counts: Sequence[int], axis: int) -> Array:
    """What is said of each part, for all that it has: its p-th number `counts[p]` times along the axis."""
    parts = jnp.split(each, len(counts), axis=axis)
    return jnp.concatenate([jnp.repeat(a, count, axis=axis) for a, count in zip(parts, counts, strict=True)], axis=axis)


def levels(modes: Modes) -> Float[Array, "*S P M"]:
    """By how much each mode moves the level of each part, nats."""
    return jnp.concatenate([jnp.zeros_like(modes.shift), modes.moved], axis=-1)


def repeats(modes: Modes, around: Float[Array, "*S D N"]) -> Float[Array, "*S D M"]:
    """What each mode has repeat, given the source about a period before each sample; a jump shifts nothing."""
    count = modes.shift.shape[-1]
    if not modes.kernel.shape[-1]:
        return jnp.zeros((*around.shape[:-1], count + len(JUMPS)), around.dtype)
    each = [
        sum(modes.kernel[..., None, k] * around[..., k + o] for k in range(modes.kernel.shape[-1]))
        for o in range(count)
    ]
    return jnp.stack(each + [each[count // 2]] * len(JUMPS), axis=-1)


def log_density(modes: Modes, each: Float[Array, "*S P M"]) -> Float[Array, "*S"]:
    """`log (p(no jump) prod_p sum_o p(o) f_po + sum_j p(j) prod_p f_pj)` from the log-densities f of the parts."""
    count = modes.shift.shape[-1]
    steady = jax.nn.logsumexp(modes.shift + each[..., :count], axis=-1).sum(-1)
    jumped = each[..., count:].sum(-2)
    return jax.nn.logsumexp(modes.jump + jnp.concatenate([steady[..., None], jumped], axis=-1), axis=-1)


def drawn(
    key: Array, modes: Modes, temperature: float | Float[Array, ""]
) -> tuple[Float[Array, "*S P N"], Float[Array, "*S P"]]:
    """The taps of each part, and by how much its level moves, each drawn by its probability^(1 / temperature)."""
    key_jump, key_shift = jax.random.split(key)
    calm = jnp.maximum(temperature, 1e-3)
    jump = jax.random.categorical(key_jump, modes.jump / calm)[..., None]
    shift = jnp.where(jump > 0, modes.shift.shape[-1] // 2, jax.random.categorical(key_shift, modes.shift / calm))
    moved = jnp.concatenate([jnp.zeros_like(modes.moved[..., :1]), modes.moved], axis=-1)
    chosen = jnp.take_along_axis(moved, jnp.broadcast_to(jump, moved.shape[:-1])[..., None], axis=-1)[..., 0]
    if not modes.kernel.shape[-1]:
        return jnp.broadcast_to(chosen[..., None], (*chosen.shape, 1))[..., :0], chosen
    where = jax.nn.one_hot(shift, modes.shift.shape[-1], dtype=modes.kernel.dtype)
    return spread(modes.kernel, where), chosen


def spread(kernel: Float[Array, "*S K"], where: Float[Array, "*S P O"]) -> Float[Array, "*S P N"]:
    """The kernel moved to where it is wanted, among N = K + O - 1 taps."""
    wide = jnp.pad(kernel, [(0, 0)] * (kernel.ndim - 1) + [(0, where.shape[-1] - 1)])
    each = jnp.stack([jnp.roll(wide, o, axis=-1) for o in range(where.shape[-1])], axis=-2)  # [*S, O, N]
    return (where[..., None] * each[..., None, :, :]).sum(-2)
