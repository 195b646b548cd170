"""The shapes that arguments of a model must have: what has another is refused, nothing is broadcast."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array

from swn_jax.errors import SwnError
from swn_jax.types import Carry

AXES = {
    "B": "sequences", "T": "frames", "D": "numbers per frame", "N": "latent numbers per frame",
    "C": "numbers of the condition", "M": "frames that the density remembers",
}  # fmt: skip


def condition_for(width: int, given: Array | None, axes: str, **sizes: Any) -> Array | None:
    """What a model with a condition of `width` numbers is given, as numbers.

    Raises:
      SwnError: where it needs one and has none, takes none and has one, or it has another shape.
    """
    if given is None and not width:
        return None
    if given is None:
        raise SwnError(
            f"condition: found none, wanted {width} numbers for each sequence or frame: give them as condition="
        )
    if not width:
        raise SwnError(
            "condition: found one, and this model takes none: leave it out, or build the model with condition=C"
        )
    array, _ = shaped("condition", given, axes, **sizes, C=width)
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(jnp.float32)


def shaped(name: str, given: Any, axes: str, **sizes: Any) -> tuple[Array, dict[str, Any]]:
    """The array, and the sizes of its axes with those that are known.

    Raises:
      SwnError: where the array has other axes than these letters, or one of another size.
    """
    array = jnp.asarray(given)
    if array.ndim == len(axes):
        found = dict(zip(axes, array.shape, strict=True))
        if all(found[axis] == sizes.get(axis, found[axis]) for axis in axes):
            return array, {**sizes, **found}
    wanted = ", ".join(str(sizes.get(axis, axis)) for axis in axes)
    meaning = ", ".join(f"{axis} {AXES[axis]}" for axis in axes)
    raise SwnError(f"{name}: found shape {list(array.shape)}, wanted [{wanted}] ({meaning}): nothing is broadcast")


def same_shapes(carry: Carry, wanted: Carry) -> None:
    """Raise SwnError for a carry of other rows or of another model."""
    found = jax.tree.map(jnp.shape, carry)
    wanted = jax.tree.map(jnp.shape, wanted)
    if found != wanted:
        raise SwnError(
            f"carry: found shapes {found}, wanted {wanted}: start from `model.carry(before)` with as many rows"
        )
