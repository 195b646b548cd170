"""Codes of 16-bit sound: what a density of integers knows of the samples, and linear PCM, one level per integer."""

import math
from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

LOWEST, HIGHEST = -32768, 32767  # 16-bit samples
Pointwise = Callable[[Array], Array]


class Levels(NamedTuple):
    """The levels of a code, consecutive integers, and how standardised samples `x = (raw - shift) / scale` map to them.

    Logistics lie on an axis of the code: `level = at_zero + per_unit * position`.
    """

    first: int
    last: int
    at_zero: float
    per_unit: float
    encode: Pointwise  # x -> level
    log_width: Pointwise  # level -> log of the part of the x axis that is its own, 1 / scale per integer
    decode: Callable[[Array, Array], Array]  # level and a place in it, -1/2 to 1/2 -> x, an integer of that level
    expand: Pointwise  # any point of the axis, in levels -> x


def to_raw(x: Float[Array, "*S"], scale: float, shift: float) -> Float[Array, "*S"]:
    """Standardised samples as 16-bit integers."""
    return jnp.clip(jnp.rint(x * scale + shift), LOWEST, HIGHEST)


def pcm16(scale: float, shift: float) -> Levels:
    """Linear PCM: 65,536 levels, and the axis of the logistics is that of standardised samples."""

    def standardised(level: Float[Array, "*S"]) -> Float[Array, "*S"]:
        return (level - shift) / scale

    return Levels(
        LOWEST, HIGHEST, at_zero=shift, per_unit=scale,
        encode=lambda x: to_raw(x, scale, shift),
        log_width=lambda level: jnp.full_like(level, -math.log(scale)),
        decode=lambda level, place: standardised(level),
        expand=standardised,
    )  # fmt: skip
