"""Collectives for multi-process training; no-ops with one process.

Every process holds the whole state; process 0 reads and writes the folder.
"""

import functools
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from swn_jax.errors import SwnError
from swn_jax.train.host import from_host, to_host
from swn_jax.train.state import TrainState

# jax.experimental.multihost_utils opens other channels than the step's, loses the sign of -0 and names no odd process.
AXIS = "hosts"


def devices() -> list[jax.Device]:
    """The devices of all processes, grouped by process.

    Raises:
      SwnError: where the processes have unequal numbers of them.
    """
    each = [jax.local_devices(process) for process in range(jax.process_count())]
    if len({len(local) for local in each}) > 1:
        raise SwnError(f"the processes have {[len(local) for local in each]} devices: give each the same number")
    return [device for local in each for device in local]


def is_primary() -> bool:
    """Whether this process is the one that reads and writes the run's folder."""
    return jax.process_index() == 0


@functools.partial(jax.jit, static_argnums=1)
def _total(rows: jax.Array, mesh: Mesh) -> jax.Array:
    return jax.lax.with_sharding_constraint(
        jnp.sum(rows, axis=0, dtype=rows.dtype), NamedSharding(mesh, PartitionSpec())
    )


def all_sum(a: np.ndarray) -> jax.Array:
    """Sum an array over processes (all-reduce); returns before the result is ready."""
    mesh = Mesh(np.array(devices()), AXIS)  # the devices of the step: their channel is open from `join` on
    rows = np.zeros((jax.local_device_count(), *a.shape), a.dtype)
    rows[0] = a
    return _total(jax.make_array_from_process_local_data(NamedSharding(mesh, PartitionSpec(AXIS)), rows), mesh)


def barrier() -> None:
    """Wait until every process has reached this point."""
    if jax.process_count() > 1:
        np.asarray(all_sum(np.ones(1, np.int32)))


@contextmanager
def primary_first() -> Iterator[None]:
    """Run the body in process 0 first, then in the others."""
    if not is_primary():
        barrier()
    yield
    if is_primary():
        barrier()


def processes_that(say: bool) -> list[int]:
    """The processes that say yes; every process asks, and waits for the answers of all."""
    return np.flatnonzero(_gathered(int(say))).tolist() if jax.process_count() > 1 else [0] * say


def _gathered(mark: int) -> np.ndarray:
    """The marks of all processes, by number."""
    marks = np.zeros(jax.process_count(), np.uint32)
    marks[jax.process_index()] = mark
    return np.asarray(all_sum(marks))


def assert_equal(what: str, text: str) -> None:
    """Check that `text` is the same in every process; raises SwnError in all of them where it is not."""
    found = _gathered(zlib.crc32(text.encode()))
    odd = [str(index) for index, mark in enumerate(found) if mark != found[0]]
    if odd:
        raise SwnError(f"{what} of process {', '.join(odd)} is not that of process 0: start all with the same")


def broadcast(state: TrainState) -> TrainState:
    """Send the state of process 0 to every process, bit for bit; the others' states only give the shapes."""
    if jax.process_count() == 1:
        return state
    host = to_host(state)
    leaves, tree = jax.tree.flatten(host)
    mine = np.frombuffer(b"".join(a.tobytes() for a in leaves), np.uint8)
    sent = np.asarray(
        all_sum(mine if is_primary() else np.zeros_like(mine))
    )  # as bytes: a sum of floats loses the sign of -0
    parts = np.split(sent, np.cumsum([a.nbytes for a in leaves])[:-1])
    whole = [part.copy().view(a.dtype).reshape(a.shape) for part, a in zip(parts, leaves, strict=True)]
    return from_host(jax.tree.unflatten(tree, whole), state)


def broadcast_text(text: str) -> str:
    """Send a text of process 0 to every process."""
    if jax.process_count() == 1:
        return text
    mine = np.frombuffer(text.encode() if is_primary() else b"", np.uint8)
    size = int(np.asarray(all_sum(np.full(1, mine.size, np.int32)))[0])
    return np.asarray(all_sum(np.resize(mine, size) if is_primary() else np.zeros(size, np.uint8))).tobytes().decode()


def any_process(stop: Callable[[], bool]) -> Callable[[], bool]:
    """Wrap `stop` so that all processes agree: True once any of them said so at the previous call, without waiting."""
    if jax.process_count() == 1:
        return stop
    asked: list[jax.Array] = []

    def ask() -> bool:
        asked.append(all_sum(np.full(1, stop(), np.int32)))
        return len(asked) > 1 and bool(np.asarray(asked.pop(0))[0])

    return ask
