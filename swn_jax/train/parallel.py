"""The train step on the available devices: `jit` on one, `pmap` over several, in one process or many."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec, Sharding, SingleDeviceSharding

from swn_jax.errors import SwnError
from swn_jax.train.state import TrainState
from swn_jax.train.step import Metrics, TrainStep
from swn_jax.types import Batch

AXIS = "data"
T = TypeVar("T")


def compile_step(make: Callable[[str | None], TrainStep], devices: Sequence[jax.Device]) -> TrainStep:
    """Compile the step for a global batch that is split evenly over `devices`.

    The state has no leading axis: it enters by `in_axes=None`, comes back equal from all devices, and its
    buffers are donated. Results agree with one device to rounding. Every process passes the whole global batch
    and computes its own rows of it.

    Args:
      make: from the name of the mapped axis (None on one device) to the step.
      devices: the devices to use, those of one process side by side; the same list in every process.
    """
    mapped = mapped_step(make, devices)
    if len(devices) == 1:
        return mapped
    mine = [number for number, device in enumerate(devices) if device.process_index == jax.process_index()]
    rows = slice(mine[0], mine[-1] + 1)
    here = NamedSharding(Mesh(np.array(devices[rows]), AXIS), PartitionSpec())

    def step(state: TrainState, batch: Batch) -> tuple[TrainState, Metrics]:
        state = state._replace(key=jax.random.key_data(state.key))
        if state.step.sharding != here:  # the first step; pmap over processes wants the state on all local devices
            state = jax.device_put(state, here)
        new, metrics = mapped(state, jax.tree.map(lambda a: a[rows], split(batch, len(devices))))
        return new._replace(key=jax.random.wrap_key_data(new.key)), metrics

    return step


def mapped_step(make: Callable[[str | None], TrainStep], devices: Sequence[jax.Device]) -> Any:
    """The function that jax compiles: of state and batch on one device, over several of `bare` parts of them."""
    if len(devices) == 1:
        return jax.jit(make(None), donate_argnums=0)
    return jax.pmap(
        bare(make(AXIS)), axis_name=AXIS, in_axes=(None, 0), out_axes=(None, None), donate_argnums=0, devices=devices
    )


def lowered_step(
    make: Callable[[str | None], TrainStep], devices: Sequence[jax.Device], state: TrainState, batch: Batch
) -> jax.stages.Lowered:
    """Lower what `compile_step` compiles, for devices that need not be there.

    Args:
      make, devices: as of `compile_step`.
      state, batch: their shapes, as `jax.eval_shape` gives them.
    """
    if len(devices) == 1:
        return mapped_step(make, devices).lower(*placed((state, batch), SingleDeviceSharding(devices[0])))
    parts = jax.eval_shape(lambda batch: split(batch, len(devices)), batch)
    bits = jax.eval_shape(jax.random.key_data, state.key)
    return mapped_step(make, devices).lower(state._replace(key=bits), parts)


def placed(shapes: T, sharding: Sharding) -> T:
    """The shapes of arrays that lie as a sharding says."""
    return jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, a.dtype, sharding=sharding), shapes)


def bare(step: TrainStep) -> TrainStep:
    """Pass the raw bits of the random key: with typed keys, pmap over processes would block at every call."""

    def run(state: TrainState, batch: Batch) -> tuple[TrainState, Metrics]:
        new, metrics = step(state._replace(key=jax.random.wrap_key_data(state.key)), batch)
        return new._replace(key=jax.random.key_data(new.key)), metrics

    return run


def split(batch: Batch, parts: int) -> Batch:
    """Split the rows of the global batch into `parts` equal parts, on a new leading axis.

    Raises:
      SwnError: where the rows cannot be shared out evenly.
    """
    size = batch.x.shape[0]
    if size % parts:
        raise SwnError(f"a batch of {size} rows does not split over {parts} devices: take a multiple of {parts}")
    return jax.tree.map(lambda a: a.reshape(parts, size // parts, *a.shape[1:]), batch)


def copy_state(state: TrainState) -> TrainState:
    """Copy the state, so that a step that donates its buffers does not delete the caller's arrays."""
    return jax.tree.map(jnp.copy, state)
