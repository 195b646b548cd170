"""The train step on the devices at hand: `jit` on one, `pmap` over several."""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp

from swn_jax.errors import SwnError
from swn_jax.train.state import TrainState
from swn_jax.train.step import Step
from swn_jax.types import Batch

AXIS = "data"


def compile_step(make: Callable[[str | None], Step], devices: Sequence[jax.Device]) -> Step:
    """A compiled step over the global batch, split evenly over `devices`.

    The state has no leading axis: it enters by `in_axes=None`, comes back equal from all devices, and its
    buffers are donated. Results agree with one device to rounding.

    Args:
      make: from the name of the mapped axis (None on one device) to the step.
      devices: the local devices to use.
    """
    if len(devices) == 1:
        return jax.jit(make(None), donate_argnums=0)
    mapped = jax.pmap(
        make(AXIS), axis_name=AXIS, in_axes=(None, 0), out_axes=(None, None), donate_argnums=0, devices=devices
    )
    return lambda state, batch: mapped(state, split(batch, len(devices)))


def split(batch: Batch, parts: int) -> Batch:
    """The rows of the global batch in `parts` equal parts, on a new leading axis.

    Raises:
      SwnError: where the rows cannot be shared out evenly.
    """
    size = batch.x.shape[0]
    if size % parts:
        raise SwnError(f"a batch of {size} rows does not split over {parts} devices: take a multiple of {parts}")
    return Batch(*(a.reshape(parts, size // parts, *a.shape[1:]) for a in batch))


def own(state: TrainState) -> TrainState:
    """A copy whose buffers nobody else holds, so that a donating step eats no array of the caller's."""
    return jax.tree.map(jnp.copy, state)
