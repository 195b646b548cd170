"""Affine maps and perceptrons, several at once where a GPU has them in one product.

A GPU waits for memory and launches, so there the maps that share inputs become one product, with zeros where a map does
not read an input. A CPU waits for arithmetic, and has them one by one; so has a TPU, whose compiler moves a third more
bytes for the common product.
"""

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
from jax import lax
from jax.typing import DTypeLike
from jaxtyping import Array, Float

from swn_jax.ops.matmul import matmul

ALIGNED = 8  # channels: operands in bfloat16 of another number would be padded once more
Map = tuple[Array, Array]  # kernel [C, O] and bias [O]


def affine(
    x: Float[Array, "*S C"], kernel: Float[Array, "C O"], bias: Float[Array, " O"], dtype: DTypeLike = jnp.float32
) -> Float[Array, "*S O"]:
    """`W x + b`, with operands of the product in `dtype`, all else in that of x and the weights."""
    y = matmul(x, kernel, dtype)
    return y + jnp.broadcast_to(bias, y.shape)


def identity(x: Array) -> Array:
    """`x`."""
    return x


def affines(
    inputs: Sequence[Sequence[Float[Array, "*S _"]]], maps: Sequence[Map], dtype: DTypeLike = jnp.float32,
    activation: Callable[[Array], Array] = identity,
) -> list[Float[Array, "*S _"]]:  # fmt: skip
    """`W_k f([x; y; ...]) + b_k` for each map k, with the inputs that it reads side by side.

    Args:
      inputs: of each map; what several of them read is the same array.
      maps: kernel and bias of each.
      dtype: of the operands.
      activation: f.
    """
    if len(maps) == 1:
        return [affine(activation(beside(inputs[0])), *maps[0], dtype)]
    places: dict[int, int] = {}
    reads = tuple(tuple(places.setdefault(id(x), len(places)) for x in own) for own in inputs)
    # The inputs of the last map come first, so that their gradients add up as those of one map after another would.
    return _affines([list(own) for own in reversed(inputs)], list(maps), reads, dtype, activation)


@functools.partial(jax.jit, static_argnums=(2, 3, 4), inline=True)
def _affines(
    inputs: list[list[Array]], maps: list[Map], reads: Sequence[Sequence[int]], dtype: DTypeLike,
    activation: Callable[[Array], Array],
) -> list[Array]:  # fmt: skip
    """Both ways of `affines`, traced once for all layers of the same shapes.

    Args:
      inputs: of each map, from the last to the first.
      maps: kernel and bias of each.
      reads: the place of each input among the distinct ones, by map.
      dtype: of the operands.
      activation: of the inputs.
    """

    def apart(inputs: list[list[Array]], maps: list[Map]) -> list[Array]:
        pairs = zip(reversed(inputs), maps, strict=True)
        return [affine(activation(beside(own)), *weights, dtype) for own, weights in pairs]

    def together(inputs: list[list[Array]], maps: list[Map]) -> list[Array]:
        pairs = zip(reads, reversed(inputs), strict=True)
        distinct = {place: x for own, arrays in pairs for place, x in zip(own, arrays, strict=True)}
        kernel, bias = joined({place: x.shape[-1] for place, x in distinct.items()}, reads, maps)
        x, kernel, bias = summed(activation(beside(list(distinct.values()))), kernel, bias)
        return parted(affine(x, kernel, bias, dtype), [len(own) for _, own in maps])

    return lax.platform_dependent(inputs, maps, cuda=together, rocm=together, default=apart)


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


def perceptrons(
    inputs: Sequence[Sequence[Float[Array, "*S _"]]], layers: Sequence[Sequence[Map]], dtype: DTypeLike = jnp.float32
) -> list[Float[Array, "*S _"]]:
    """`V_k relu(W_k [x; y; ...] + a_k) + b_k` for each perceptron k; with one layer `V_k relu([x; y; ...]) + b_k`.

    Args:
      inputs: of each perceptron, as for `affines`.
      layers: the maps of each, as many of each.
      dtype: of the operands.
    """
    *hidden, last = zip(*layers, strict=True)
    for maps in hidden:
        inputs = [[x] for x in affines(inputs, maps, dtype)]
    return affines(inputs, last, dtype, jax.nn.relu)
