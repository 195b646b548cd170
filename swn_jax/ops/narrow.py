"""Products of matrices with bfloat16 operands and float32 sums, in the backward pass too."""

import jax
import jax.numpy as jnp
from jax import lax
from jax.sharding import PartitionSpec
from jaxtyping import Array, Float

from swn_jax.ops.alike import varying_as

ALIGNED = 8  # rows of a bfloat16 operand on a GPU, which pads others once more


def operand_of(kernel: Float[Array, "C O"]) -> Float[Array, "K O"]:
    """The kernel in bfloat16, with zeros up to a multiple of 8 rows: a GPU has no such products of other sizes.

    Apart from the product, so that a loop over time has it once.
    """
    cast = lax.stop_gradient(kernel).astype(jnp.bfloat16)
    return jnp.pad(cast, ((0, -len(kernel) % ALIGNED), (0, 0))) if len(kernel) % ALIGNED else cast


@jax.jit
def narrow_rows(
    rows: Float[Array, "F C"], kernel: Float[Array, "C O"], operand: Float[Array, "K O"]
) -> Float[Array, "F O"]:
    """`rows @ kernel` with bfloat16 operands; a loop over time finds it in a traced program by this name.

    Args:
      rows: x.
      kernel: what has the gradient.
      operand: the kernel as `operand_of` makes it.
    """
    operands = varying_as((kernel, operand), rows)
    return narrow_product(rows, *operands).astype(jnp.result_type(rows, kernel))


def narrow(a: Array, b: Array, contract: tuple[int, int]) -> Array:
    """Contract one axis of each of two matrices, with bfloat16 operands and float32 sums."""
    a, b = a.astype(jnp.bfloat16), b.astype(jnp.bfloat16)
    split = jax.typeof(a).sharding.spec[contract[0]]  # on an explicit axis of a mesh: the sum is over its devices too
    return lax.dot_general(
        a, b, (((contract[0],), (contract[1],)), ((), ())), preferred_element_type=jnp.float32,
        out_sharding=PartitionSpec(None, None) if split else None,
    )  # fmt: skip


@jax.custom_vjp
def narrow_product(
    x: Float[Array, "F C"], kernel: Float[Array, "C O"], operand: Float[Array, "K O"]
) -> Float[Array, "F O"]:
    """`x @ kernel` with bfloat16 operands in the backward pass too, where autodiff alone would use float32."""
    return _forward(x, kernel, operand)[0]


def _forward(x: Array, kernel: Array, operand: Array) -> tuple[Array, tuple[Array, ...]]:
    x, more = x.astype(jnp.bfloat16), len(operand) - x.shape[1]
    x = jnp.pad(x, ((0, 0), (0, more))) if more else x
    return narrow(x, operand, (1, 0)), (x, kernel, operand)


def _backward(saved: tuple[Array, ...], g: Array) -> tuple[Array, ...]:
    x, kernel, operand = saved
    of_x, of_kernel = narrow(g, operand, (1, 1))[:, : len(kernel)], transposed_product(x, g)[: len(kernel)]
    return of_x.astype(kernel.dtype), of_kernel.astype(kernel.dtype), jnp.zeros_like(operand)


def transposed_product(x: Float[Array, "F C"], g: Float[Array, "F O"]) -> Float[Array, "C O"]:
    """`x^T @ g`, the gradient of the weights.

    XLA on a CPU converts operands that it has to transpose to float32, which is four times as slow; a product with
    the identity transposes exactly and stays in bfloat16.
    """

    def through_identity(x: Array, g: Array) -> Array:
        return narrow(narrow(jnp.eye(x.shape[1], dtype=x.dtype), x, (1, 1)), g, (1, 0))

    return lax.platform_dependent(x, g, cpu=through_identity, default=lambda x, g: narrow(x, g, (0, 0)))


narrow_product.defvjp(_forward, _backward)
