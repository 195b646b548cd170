"""The matrix product of every layer: flattened over batch and time, in float32 or with bfloat16 operands."""

import jax.numpy as jnp
from jax import lax
from jax.typing import DTypeLike
from jaxtyping import Array, Float

from swn_jax.ops.narrow import narrow_rows, operand_of


def matmul(
    x: Float[Array, "*S C"], kernel: Float[Array, "C O"], dtype: DTypeLike = jnp.float32
) -> Float[Array, "*S O"]:
    """`x @ kernel` with the activations as one [frames, C] matrix.

    With bfloat16 for `dtype` operands are narrow, sums in float32, and the result is in the dtype of x and the kernel.

    The weight gradient of a product with two leading axes contracts both of them, which makes XLA on a CPU up to
    twice as slow.
    """
    rows = x.reshape(-1, x.shape[-1])
    form = row_product if is_row(x) else product
    return form(rows, kernel, dtype).reshape(*x.shape[:-1], kernel.shape[-1])


def product(rows: Float[Array, "F C"], kernel: Float[Array, "C O"], dtype: DTypeLike) -> Float[Array, "F O"]:
    """`rows @ kernel`."""
    if dtype != jnp.bfloat16:
        return rows @ kernel
    return narrow_rows(rows, kernel, operand_of(kernel))


def is_row(x: Float[Array, "*S C"]) -> bool:
    """Whether this is the frame of one sequence, [1, C], as in sampling."""
    return x.shape[:-1] == (1,)


def row_product(row: Float[Array, "1 C"], kernel: Float[Array, "C O"], dtype: DTypeLike) -> Float[Array, "1 O"]:
    """The product of one row, on a GPU as `column_sums`.

    As a product of matrices XLA gives it two kernels there, with a matrix of numbers written and read in between.
    """
    columns = column_major(kernel, dtype)  # outside of the choice, so that a loop may have it done once

    def apart(row: Array, kernel: Array, columns: Array) -> Array:
        return product(row, kernel, dtype)

    def sums(row: Array, kernel: Array, columns: Array) -> Array:
        return column_sums(row, columns)

    return lax.platform_dependent(row, kernel, columns, cuda=sums, rocm=sums, default=apart)


def column_major(kernel: Float[Array, "C O"], dtype: DTypeLike) -> Float[Array, "O C"]:
    """The kernel with each column in one piece of memory, in the dtype of the operands."""
    return kernel.T.astype(jnp.bfloat16) if dtype == jnp.bfloat16 else kernel.T


def column_sums(row: Float[Array, "1 C"], columns: Float[Array, "O C"]) -> Float[Array, "1 O"]:
    """`row @ columns^T`, a sum over each column, with sums in the dtype of the row."""
    operand = row.astype(columns.dtype).astype(row.dtype)
    return jnp.sum(columns.astype(row.dtype) * jnp.broadcast_to(operand, columns.shape), axis=1)[None]
