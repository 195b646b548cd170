"""What arrays must agree in where they meet in a loop over time: dtype, the axes they vary over, and placement.

A loop keeps the type of its first carry, so a carry of constants fits neither inputs of another dtype, nor inputs that
differ between the devices of a `shard_map`, nor rows that lie on the explicit axes of a mesh.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jax import lax
from jax.sharding import PartitionSpec
from jaxtyping import Array, Float

T = TypeVar("T")


def alike(tree: T, *like: Any) -> T:
    """The tree in the common dtype of the floating arrays in it and in `like`, and varying as `varying_as` says.

    Integers and keys keep their dtype.

    >>> alike(jnp.ones(1, jnp.bfloat16), {"kernel": jnp.ones(1)}).dtype
    dtype('float32')
    """
    arrays = jax.tree.map(jnp.asarray, (tree, like))
    floats = [leaf for leaf in jax.tree.leaves(arrays) if jnp.issubdtype(leaf.dtype, jnp.floating)]
    dtype = jnp.result_type(*floats) if floats else None
    cast = jax.tree.map(lambda a: a.astype(dtype if jnp.issubdtype(a.dtype, jnp.floating) else a.dtype), arrays[0])
    return varying_as(cast, arrays)


def varying_as(tree: T, *like: Any) -> T:
    """The tree, varying over all axes of a `shard_map` over which an array in it or in `like` varies."""
    axes = frozenset().union(*map(varying, jax.tree.leaves((tree, like))))
    return jax.tree.map(lambda a: lax.pcast(a, tuple(axes - varying(a)), to="varying"), tree)


def varying(leaf: Array) -> frozenset[str]:
    """The axes of a `shard_map` over which an array differs."""
    return jax.typeof(leaf).manual_axis_type.varying


def gathered(tree: T) -> T:
    """The tree with every array whole on each device of a mesh with explicit axes; as it is everywhere else.

    Weights may be stored in parts. Only rows stay split: two factors that are split along different axes have no
    product that XLA could choose by itself.
    """

    def whole(leaf: Array) -> Array:
        split = any(jax.typeof(leaf).sharding.spec)
        return jax.sharding.reshard(leaf, PartitionSpec()) if split else leaf

    return jax.tree.map(whole, tree)


def placed_as(tree: T, rows: Array) -> T:
    """The tree with its rows on the explicit axis of a mesh that `rows` lie on; as it is where there is none."""
    spec = jax.typeof(rows).sharding.spec[:1]
    return jax.tree.map(lambda a: jax.sharding.reshard(a, PartitionSpec(*spec)), tree) if any(spec) else tree


def placed_by_xla(function: Callable[..., T], rows: Array, *more: Array) -> T:
    """`function(rows, *more)`, its results with their rows on the explicit axis of a mesh that `rows` lie on.

    For linear algebra of jax that works on such a mesh only where XLA places what is inside.
    """
    spec = jax.typeof(rows).sharding.spec[:1]
    placed = jax.sharding.auto_axes(function, out_sharding=PartitionSpec(*spec)) if any(spec) else function
    return placed(rows, *more)


def zeros_for(rows: Float[Array, "B ..."], width: int) -> Float[Array, "B {width}"]:
    """Zeros for each of the rows: in their dtype, and varying and placed as they are."""
    one = jnp.zeros_like(rows.sum(tuple(range(1, rows.ndim))))
    return jnp.broadcast_to(one[:, None], (*rows.shape[:1], width))
