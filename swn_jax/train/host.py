"""A train state as numpy arrays on the host, and their checksums."""

import zlib
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from swn_jax.train.flat import flattened_as, unflattened
from swn_jax.train.state import TrainState


def is_key(leaf: Any) -> bool:
    """Whether a leaf is a typed random key."""
    return jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def to_host(state: TrainState) -> TrainState:
    """Copy a state to numpy arrays, as trees: orbax writes while the next step overwrites the device buffers."""
    return unflattened(jax.tree.map(np.array, bare(state)))


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
    return {jax.tree_util.keystr(path): zlib.crc32(np.ascontiguousarray(a).tobytes()) for path, a in leaves}
