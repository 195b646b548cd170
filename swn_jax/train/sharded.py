"""The train step over a mesh that the caller brings, with parameters and moments shared out over its devices (FSDP)."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from swn_jax.errors import SwnError
from swn_jax.train.flat import Flat, is_flat
from swn_jax.train.parallel import AXIS
from swn_jax.train.state import TrainState
from swn_jax.train.step import Metrics, TrainStep
from swn_jax.types import Batch

MakeStep = Callable[..., TrainStep]


def compile_sharded_step(make: MakeStep, mesh: Mesh, axis: str = AXIS) -> TrainStep:
    """Compile the step of a global batch by `jax.jit` over a mesh, for a state that `shard_state` has placed.

    Between two steps each device holds its part of the matrices of parameters and moments; within one it has all
    parameters, gathered at once. Results agree with one device to rounding. The buffers of the state are donated.

    Args:
      make: `make_train_step` with all arguments but `axis` and `reduced`, as of `functools.partial`.
      mesh: with an axis that splits the rows of a batch; over any other axis the step is repeated.
      axis: the name of that axis.
    Raises:
      SwnError: for a mesh without that axis, and at a call for a batch that does not split evenly.
    """
    compiled, devices = jitted(make, mesh, axis), size_of(mesh, axis)

    def step(state: TrainState, batch: Batch) -> tuple[TrainState, Metrics]:
        size = batch.x.shape[0]
        if size % devices:
            raise SwnError(
                f"a batch of {size} rows does not split over {devices} devices: take a multiple of {devices}"
            )
        return compiled(state, jax.device_put(batch, split_over(mesh, axis)))

    return step


def lowered_sharded_step(make: MakeStep, mesh: Mesh, state: TrainState, batch: Batch) -> jax.stages.Lowered:
    """Lower what `compile_sharded_step` compiles, for devices that need not be there; arguments are shapes."""
    wide = jax.eval_shape(lambda state: padded(state, size_of(mesh, AXIS)), state)
    whole = (wide, batch), (shardings(wide, mesh, AXIS), jax.tree.map(lambda _: split_over(mesh, AXIS), batch))
    shapes = jax.tree.map(lambda a, sharding: jax.ShapeDtypeStruct(a.shape, a.dtype, sharding=sharding), *whole)
    return jitted(make, mesh, AXIS).lower(*shapes)


def shard_state(state: TrainState, mesh: Mesh, axis: str = AXIS) -> TrainState:
    """Place a state on a mesh: its matrices split by rows over an axis, everything else whole on each device.

    Raises:
      SwnError: for a mesh without that axis.
    """
    wide = padded(state, size_of(mesh, axis))
    return jax.device_put(wide, shardings(wide, mesh, axis))


def jitted(make: MakeStep, mesh: Mesh, axis: str) -> jax.stages.Wrapped:
    """The function that jax compiles.

    Parameters are gathered, and gradients summed, as the flat arrays that they are: left to itself the compiler cuts
    each array of weights into parts of its own, and exchanges them one by one.
    """

    def whole(flat: Flat) -> Flat:
        return jax.lax.with_sharding_constraint(flat, NamedSharding(automatic(mesh), PartitionSpec()))

    step = make(None, reduced=whole)

    def run(state: TrainState, batch: Batch) -> tuple[TrainState, Metrics]:
        new, metrics = step(state._replace(params=whole(state.params)), batch)
        return jax.lax.with_sharding_constraint(new, shardings(new, mesh, axis)), metrics

    return jax.jit(run, donate_argnums=0)


def shardings(state: TrainState, mesh: Mesh, axis: str) -> TrainState:
    """Where each array of a state lies."""
    whole = NamedSharding(automatic(mesh), PartitionSpec())
    return jax.tree.map(
        lambda a: Flat(split_over(mesh, axis), whole, a.layout) if is_flat(a) else whole, state, is_leaf=is_flat
    )


def split_over(mesh: Mesh, axis: str) -> NamedSharding:
    """Rows split over an axis."""
    return NamedSharding(automatic(mesh), PartitionSpec(axis))


def automatic(mesh: Mesh) -> Mesh:
    """The mesh with axes over which the compiler shares out by itself, whatever types they have."""
    return Mesh(mesh.devices, mesh.axis_names)


def padded(state: TrainState, multiple: int) -> TrainState:
    """The state with rows of zeros at the end of its matrices, up to a multiple that splits evenly."""

    def wide(a: Flat) -> Flat:
        return Flat(jnp.pad(a.matrices, ((0, -len(a.matrices) % multiple), (0, 0))), a.vectors, a.layout)

    return jax.tree.map(lambda a: wide(a) if is_flat(a) else a, state, is_leaf=is_flat)


def size_of(mesh: Mesh, axis: str) -> int:
    """The devices along an axis; raises SwnError for a mesh without it."""
    if axis not in mesh.shape:
        raise SwnError(f"found a mesh with the axes {mesh.axis_names}, wanted one named {axis!r}: pass axis=")
    return mesh.shape[axis]
