"""The carries of the lanes of a batch, by which training on consecutive windows goes on from one to the next.

They lie in the train state, whole on every device. A leaf of a carry has its rows on the axis that grows with them; one
that has none, as the count of frames of a WaveNet, is common to all rows.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from swn_jax.errors import SwnError
from swn_jax.types import Batch, Carry, Model

COMMON = -1  # in place of an axis: a leaf without rows


def first_lanes(model: Model, lanes: int) -> Carry:
    """The carries before the first window, each in a buffer of its own: a donated one must not serve twice."""
    return jax.tree.map(jnp.copy, model.carry(jnp.zeros((lanes, model.frame), jnp.float32)))


def resumed(model: Model, lanes: Carry | None, batch: Batch, axis: str | None) -> Batch:
    """The rows of a batch on this device with the carries that they go on from, fresh where a row begins anew.

    Args:
      model: whose carries they are.
      lanes: of all rows of the global batch; None in other training, and the batch stays as it is.
      batch: with `begins` if there are lanes.
      axis: the mapped axis over which the rows are split.
    Raises:
      SwnError: where only one of state and batch is for consecutive windows, and for another number of rows.
    """
    if lanes is None and batch.begins is None:
        return batch
    if lanes is None or batch.begins is None:
        odd = "windows that follow others, but a state without" if lanes is None else "a batch without begins=, but"
        raise SwnError(
            f"found {odd} carries of lanes, wanted both or none: init_state(..., lanes=B) makes such a state"
        )
    size, parts = batch.x.shape[0], lax.axis_size(axis) if axis else 1
    start, marks = lax.axis_index(axis) * size if axis else 0, jnp.asarray(batch.begins)

    def own(place: int, kept: Any, new: Any) -> Any:
        if place == COMMON:
            return kept
        if kept.shape[place] != size * parts:
            raise SwnError(f"found a batch of {size * parts} rows, wanted {kept.shape[place]}, as many as lanes")
        begins = jnp.expand_dims(marks, [a for a in range(kept.ndim) if a != place])
        return jnp.where(begins, new, lax.dynamic_slice_in_dim(kept, start, size, place))

    carry = jax.tree.map(own, row_axes(model), lanes, model.carry(jnp.asarray(batch.before)))
    return batch._replace(carry=carry, begins=None)


def gathered(model: Model, carry: Carry | None, axis: str | None) -> Carry | None:
    """The carries of all rows of the global batch, of those of this device."""
    if carry is None or axis is None:
        return carry
    return jax.tree.map(
        lambda place, a: a if place == COMMON else lax.all_gather(a, axis, axis=place, tiled=True),
        row_axes(model), carry,
    )  # fmt: skip


def row_axes(model: Model) -> Any:
    """The axis of each leaf of a carry that its rows lie on."""
    two, three = (
        jax.eval_shape(model.carry, jax.ShapeDtypeStruct((rows, model.frame), jnp.float32)) for rows in (2, 3)
    )

    def grows(a: Any, b: Any) -> int:
        return next(
            (axis for axis, sizes in enumerate(zip(a.shape, b.shape, strict=True)) if len({*sizes}) > 1), COMMON
        )

    return jax.tree.map(grows, two, three)
