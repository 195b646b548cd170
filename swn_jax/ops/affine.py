"""Affine maps and perceptrons, several at once where a GPU has them in one product.

A GPU waits for memory and launches, so there the maps that share inputs become one product, with zeros where a map does
not read an input. A CPU waits for arithmetic, and has them one by one; so has a TPU, whose compiler moves a third more
bytes for the common product. Of one row, as in sampling, a GPU has sums over the columns of the joined weights.
"""

import functools
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jax import lax
from jax.typing import DTypeLike
from jaxtyping import Array, Float

from swn_jax.ops.joined import Map, beside, distinct, joined, parted, summed
from swn_jax.ops.matmul import column_major, column_sums, is_row, matmul


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

    def side_by_side(inputs: list[list[Array]]) -> Array:
        return activation(beside(list(distinct(inputs, reads).values())))

    def together(inputs: list[list[Array]], maps: list[Map]) -> list[Array]:
        x, kernel, bias = summed(side_by_side(inputs), *joined(widths, reads, maps))
        return parted(affine(x, kernel, bias, dtype), outputs)

    def one_row(inputs: list[list[Array]], maps: list[Map], columns: Array, bias: Array) -> list[Array]:
        return parted(column_sums(side_by_side(inputs), columns) + bias[None], outputs)

    widths = {place: x.shape[-1] for place, x in distinct(inputs, reads).items()}
    outputs = [len(bias) for _, bias in maps]
    if not is_row(inputs[0][0]):
        return lax.platform_dependent(inputs, maps, cuda=together, rocm=together, default=apart)
    kernel, bias = joined(widths, reads, maps)  # outside of the choice, so that a loop may have it done once
    return lax.platform_dependent(
        inputs, maps, column_major(kernel, dtype), bias, cuda=one_row, rocm=one_row,
        default=lambda inputs, maps, *_: apart(inputs, maps),
    )  # fmt: skip


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
