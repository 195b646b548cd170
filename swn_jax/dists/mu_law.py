"""The 8-bit mu-law code of 16-bit sound: 256 levels, narrow around 0 and wide at the peaks (ITU-T G.711)."""

import math

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from swn_jax.dists.pcm import HIGHEST, LOWEST, Levels, to_raw
from swn_jax.ops.alike import placed_by_xla

MU = 255
HALF = MU / 2


def mulaw8(scale: float, shift: float) -> Levels:
    """mu-law: `level = floor(255 (y + 1) / 2 + 1/2)`, `y = sign(v) log(1 + 255 |v|) / log 256`, `v = raw / 32768`.

    The axis of the logistics is y, from -1 to 1, on which all levels are alike (van den Oord et al. 2016, section 2.2).
    """
    raw = np.arange(LOWEST, HIGHEST + 1)
    companded = np.sign(raw) * np.log1p(MU * np.abs(raw) / -LOWEST) / math.log1p(MU)
    counts = np.bincount(np.floor(HALF * (companded + 1) + 0.5).astype(int))
    starts = LOWEST + np.cumsum(counts) - counts  # the lowest integer of each level
    lowest, sizes = (a.astype(np.float32) for a in (starts, counts))

    def at(table: np.ndarray, level: Float[Array, "*S"]) -> Float[Array, "*S"]:
        return placed_by_xla(lambda level: jnp.asarray(table)[level.astype(int)], level)

    def encode(x: Float[Array, "*S"]) -> Float[Array, "*S"]:
        above = jnp.searchsorted(jnp.asarray(lowest), to_raw(x, scale, shift), side="right", method="compare_all")
        return (above - 1).astype(x.dtype)

    def log_width(level: Float[Array, "*S"]) -> Float[Array, "*S"]:
        return jnp.log(at(sizes, level)).astype(level.dtype) - math.log(scale)

    def decode(level: Float[Array, "*S"], place: Float[Array, "*S"]) -> Float[Array, "*S"]:
        size = at(sizes, level)
        within = jnp.clip(jnp.floor(size * (place + 0.5)), 0, size - 1)
        return ((at(lowest, level) + within - shift) / scale).astype(level.dtype)

    def expand(level: Float[Array, "*S"]) -> Float[Array, "*S"]:
        y = level / HALF - 1
        v = jnp.sign(y) * jnp.expm1(jnp.abs(y) * math.log1p(MU)) / MU
        return (-LOWEST * v - shift) / scale

    return Levels(0, MU, at_zero=HALF, per_unit=HALF, encode=encode, log_width=log_width, decode=decode, expand=expand)
