"""Affine maps as one: their inputs and outputs side by side, with zeros where a map does not read an input."""

import functools
import itertools
from collections.abc import Mapping, Sequence

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from swn_jax.ops.narrow import ALIGNED

Map = tuple[Array, Array]  # kernel [C, O] and bias [O]


def distinct(inputs: list[list[Array]], reads: Sequence[Sequence[int]]) -> dict[int, Array]:
    """The distinct inputs by their places, of those of each map from the last to the first."""
    pairs = zip(reads, reversed(inputs), strict=True)
    return {place: x for own, arrays in pairs for place, x in zip(own, arrays, strict=True)}


def beside(parts: Sequence[Float[Array, "*S _"]]) -> Float[Array, "*S _"]:
    """The parts as one array of more channels."""
    return jnp.concatenate(parts, axis=-1)


def parted(x: Array, widths: Sequence[int], axis: int = -1) -> list[Array]:
    """Cut an array into parts, by default those that `beside` put together."""
    return jnp.split(x, [sum(widths[: k + 1]) for k in range(len(widths) - 1)], axis)


def joined(
    widths: Mapping[int, int], reads: Sequence[Sequence[int]], maps: Sequence[Map]
) -> tuple[Float[Array, "C O"], Float[Array, " O"]]:
    """Kernel and bias of the one map of all inputs whose outputs are those of all maps side by side.

    A sum of padded blocks rather than their concatenation, for XLA has such sums for several layers in one kernel.

    Args:
      widths: channels of each input by its place, in their order.
      reads: the places of the inputs of each map.
      maps: kernel and bias of each.
    """
    ends = dict(zip(widths, itertools.accumulate(widths.values()), strict=True))
    rows, outputs = sum(widths.values()), sum(len(bias) for _, bias in maps)
    kernels, biases, before = [], [], 0
    for own, (block, offset) in zip(reads, maps, strict=True):
        columns = (before, outputs - before - len(offset))
        for place, part in zip(own, parted(block, [widths[place] for place in own], axis=0), strict=True):
            kernels.append(jnp.pad(part, ((ends[place] - widths[place], rows - ends[place]), columns)))
        biases.append(jnp.pad(offset, columns))
        before += len(offset)
    return functools.reduce(jnp.add, kernels), functools.reduce(jnp.add, biases)


def summed(
    x: Float[Array, "*S C"], kernel: Float[Array, "C O"], bias: Float[Array, " O"]
) -> tuple[Float[Array, "*S D"], Float[Array, "D O"], Float[Array, " O"]]:
    """The same map with the gradient of the bias, a sum over all rows, as one more row of that of the kernel.

    A further input is 1, and its weights are 0 with the gradient of the bias: a sum by itself takes two kernels.
    """
    more = ALIGNED - len(kernel) % ALIGNED
    fixed = lax.stop_gradient(bias)
    x = jnp.pad(x, ((0, 0),) * (x.ndim - 1) + ((0, more),), constant_values=1)
    rows = jnp.pad((bias - fixed)[None], ((len(kernel), more - 1), (0, 0)))
    return x, jnp.pad(kernel, ((0, more), (0, 0))) + rows, fixed
