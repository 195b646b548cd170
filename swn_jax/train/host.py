"""A train state as numpy arrays on the host, and their checksums."""

import functools
import zlib
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from swn_jax.errors import DivergedError
from swn_jax.train.flat import flattened_as, unflattened
from swn_jax.train.state import TrainState


def is_key(leaf: Any) -> bool:
    """Whether a leaf is a typed random key."""
    return jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def to_host(state: TrainState) -> TrainState:
    """Copy a state to numpy arrays, as trees: they are written while the next step overwrites the device's buffers.

    On a CPU numpy sees these buffers; what is cut out of a `Flat` is a copy of them already.
    """
    host = unflattened(jax.tree.map(np.asarray, bare(state)))
    return jax.tree.map(lambda a: a if a.base is None else np.array(a), host)


class Copy:
    """A state on the host, of which the checksums are taken once, when they are first asked for."""

    def __init__(self, state: TrainState):
        self.host = to_host(state)

    @functools.cached_property
    def checksums(self) -> dict[str, int]:
        """Of every array by its path; raises DivergedError for a number that is not finite."""
        for path, leaf in jax.tree_util.tree_leaves_with_path(self.host):
            if np.issubdtype(leaf.dtype, np.floating) and not np.isfinite(leaf).all():
                found = f"step {int(self.host.step)}: {jax.tree_util.keystr(path)} is not finite"
                raise DivergedError(f"{found}, not saved: lower the rate")
        return checksums(self.host)


def from_host(host: Any, like: TrainState) -> TrainState:
    """Put a state on the default device, with typed random keys where `like` has them."""
    return jax.tree.map(
        lambda a, b: jax.random.wrap_key_data(jnp.asarray(a)) if is_key(b) else jnp.asarray(a),
        flattened_as(host, like), like,
    )  # fmt: skip


def bare(state: TrainState) -> TrainState:
    """The state with the raw bits of its keys."""
    return jax.tree.map(lambda a: jax.random.key_data(a) if is_key(a) else a, state)


def checksums(host: Any) -> dict[str, int]:
    """CRC-32 of every array by its path."""
    leaves = jax.tree_util.tree_leaves_with_path(host)
    return {jax.tree_util.keystr(path): zlib.crc32(as_bytes(a)) for path, a in leaves}


def as_bytes(a: np.ndarray | np.generic) -> memoryview:
    """The bytes of an array, which are not copied where they lie in order."""
    return np.ascontiguousarray(a).reshape(-1).view(np.uint8).data
