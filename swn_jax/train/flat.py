"""Parameters as two arrays, one of all matrices and one of all vectors, for which an optimizer takes few kernels.

On a GPU every array of a tree costs an optimizer kernels of its own, most of which take longer to launch than to run.
"""

import dataclasses
import functools
import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

LANES = 128  # numbers in a row: each matrix begins on a row, which an accelerator reads at once


class Layout(NamedTuple):
    """The tree whose arrays lie in a `Flat`."""

    structure: Any
    leaves: tuple[tuple[tuple[int, ...], Any], ...]  # shape and dtype


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Flat:
    """The arrays of a tree of parameters, gradients or moments; a pytree of two leaves, on which optax works.

    The leaves have as many axes as what lies in them, so that a decay of matrices only is one here too.
    """

    matrices: Any  # [rows, LANES], each filled up with zeros, which gradients, and so all updates, leave at zero
    vectors: Any  # [numbers]
    layout: Layout = dataclasses.field(metadata={"static": True})

    def tree(self) -> Any:
        """The tree, cut out of the two arrays.

        XLA cuts all leaves of one size in one kernel, but for slices of an array that enters the program as it is.
        """
        pools, places = {True: self.matrices.reshape(1, -1), False: self.vectors.reshape(1, -1)}, {True: 0, False: 0}
        leaves = []
        for shape, dtype in self.layout.leaves:
            many = len(shape) > 1
            start, size = places[many], math.prod(shape)
            leaves.append(pools[many][:, start : start + size].reshape(shape).astype(dtype))
            places[many] += -(-size // LANES) * LANES if many else size
        return jax.tree.unflatten(self.layout.structure, leaves)


@functools.partial(jax.jit, static_argnames="least")
def flatten(tree: Any, least: int = 0) -> Flat:
    """Lay the arrays of a tree one after another, in one program.

    Args:
      tree: of arrays.
      least: rows of the matrices; with fewer, rows of zeros stand at the end.
    """
    leaves, structure = jax.tree.flatten(tree)
    layout = Layout(structure, tuple((a.shape, a.dtype) for a in leaves))
    matrices = [rows(a) for a in leaves if a.ndim > 1]
    vectors = [a.reshape(-1) for a in leaves if a.ndim < 2]
    rest = jnp.zeros((max(0, least - sum(map(len, matrices))), LANES), jnp.float32)  # and a model may have no matrices
    nothing = jnp.zeros(0, jnp.float32)
    return Flat(jnp.concatenate([*matrices, rest]), jnp.concatenate([nothing, *vectors]), layout)


def rows(a: Array) -> Float[Array, "rows lanes"]:
    """The numbers of an array in rows, the last one filled up with zeros."""
    numbers = a.reshape(-1)
    return jnp.pad(numbers, (0, -numbers.size % LANES)).reshape(-1, LANES)


def unflattened(tree: Any) -> Any:
    """The tree with every `Flat` in it as the tree that it holds."""
    return jax.tree.map(lambda a: a.tree() if isinstance(a, Flat) else a, tree, is_leaf=is_flat)


def flattened_as(tree: Any, like: Any) -> Any:
    """Undo `unflattened`: lay out what `like` has as a `Flat`."""
    return jax.tree.map(lambda b, a: flatten(a) if isinstance(b, Flat) else a, like, tree, is_leaf=is_flat)


def named(tree: Any) -> dict[str, Any]:
    """The arrays of a tree by their paths, as `params/head/kernel`."""
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    return {jax.tree_util.keystr(path, simple=True, separator="/"): leaf for path, leaf in leaves}


def is_flat(node: Any) -> bool:
    """Whether a node of a tree is a `Flat`."""
    return isinstance(node, Flat)
