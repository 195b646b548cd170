"""Checkpoints, written asynchronously and atomically by orbax and verified by our own checksums.

orbax restores a flipped byte without an error, so every array is saved and compared with its checksum.
"""

import zlib
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import orbax.checkpoint as ocp

from swn_jax.errors import DivergedError, SwnError
from swn_jax.train.state import TrainState


class Restored(NamedTuple):
    """A restored state, its metadata, and the damaged checkpoints that were skipped to find it."""

    state: TrainState
    meta: dict[str, Any]
    damaged: tuple[str, ...]


def _is_key(leaf: Any) -> bool:
    return jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def to_host(state: TrainState) -> TrainState:
    """Copy a state to numpy arrays: orbax writes while the next step overwrites the device buffers."""
    return jax.tree.map(np.array, _bare(state))


def from_host(host: Any, like: TrainState) -> TrainState:
    """Put a state on the default device, with typed random keys where `like` has them."""
    return jax.tree.map(
        lambda a, b: jax.random.wrap_key_data(jnp.asarray(a)) if _is_key(b) else jnp.asarray(a), host, like
    )


def _bare(state: TrainState) -> TrainState:
    return jax.tree.map(lambda a: jax.random.key_data(a) if _is_key(a) else a, state)


def checksums(host: Any) -> dict[str, int]:
    """CRC-32 of every array by its path."""
    leaves = jax.tree_util.tree_leaves_with_path(host)
    return {jax.tree_util.keystr(path): zlib.crc32(np.ascontiguousarray(a).tobytes()) for path, a in leaves}


class Checkpoints:
    """The last `keep` checkpoints of a folder; only process 0 reads and writes them."""

    def __init__(self, folder: Path | str, keep: int):
        self.folder = Path(folder).absolute()
        self.manager: Any = _manager(self.folder, keep) if jax.process_index() == 0 else None

    def save(self, state: TrainState, meta: dict[str, Any]) -> None:
        """Save the state of this step; returns once the arrays are copied.

        Raises:
          DivergedError: for a state with a non-finite number, which is never written.
        """
        if self.manager is None:
            return
        host = to_host(state)
        step = int(host.step)
        if step in self.manager.all_steps():
            return  # a stop right after a save
        for path, leaf in jax.tree_util.tree_leaves_with_path(host):
            if np.issubdtype(leaf.dtype, np.floating) and not np.isfinite(leaf).all():
                raise DivergedError(
                    f"step {step}: {jax.tree_util.keystr(path)} is not finite, not saved: lower the rate"
                )
        items = ocp.args.Composite(
            state=ocp.args.StandardSave(host), meta=ocp.args.JsonSave({**meta, "checksums": checksums(host)})
        )
        self.manager.save(step, args=items)

    def restore(self, like: TrainState, last: int | None = None) -> Restored | None:
        """Restore the newest intact checkpoint; None where none was ever written.

        Args:
          like: a state of the same run, or only its shapes.
          last: the latest step to consider.
        Raises:
          SwnError: where there are checkpoints and all are damaged: a run never starts afresh in silence.
        """
        target = jax.tree.map(lambda a: np.zeros(a.shape, a.dtype), jax.eval_shape(_bare, like))
        damaged: list[str] = []
        for step in sorted(self.steps(), reverse=True):
            if last is not None and step > last:
                continue
            try:
                args = ocp.args.Composite(state=ocp.args.StandardRestore(target), meta=ocp.args.JsonRestore())
                items = self.manager.restore(step, args=args)
                if checksums(items.state) != items.meta.pop("checksums"):
                    raise ValueError("an array differs from its checksum")
            except Exception as error:  # orbax raises a dozen classes for a damaged file
                damaged.append(f"{self.folder / str(step)}: {' '.join(str(error).split())[:200]}")
                continue
            return Restored(from_host(items.state, like), items.meta, tuple(damaged))
        if damaged:
            remedy = "put the folder back from a copy, or remove it to start anew"
            raise SwnError(f"no checkpoint is whole: {'; '.join(damaged)}: {remedy}")
        return None

    def drop(self, after: int) -> None:
        """Delete the checkpoints of later steps: orbax refuses to write a step before the latest one."""
        for step in self.steps():
            if step > after:
                self.manager.delete(step)

    def steps(self) -> list[int]:
        """The steps that have a checkpoint, intact or damaged."""
        return list(self.manager.all_steps()) if self.manager else []

    def close(self) -> None:
        """Wait until everything is written."""
        if self.manager:
            self.manager.wait_until_finished()
            self.manager.close()


def _manager(folder: Path, keep: int) -> Any:
    """An orbax manager for one process; by default all processes of a run would wait for each other."""
    folder.mkdir(parents=True, exist_ok=True)
    alone = ocp.options.MultiprocessingOptions(
        primary_host=0, active_processes={0}, barrier_sync_key_prefix=str(folder)
    )
    options = ocp.CheckpointManagerOptions(max_to_keep=keep, create=False, multiprocessing_options=alone)
    return ocp.CheckpointManager(folder, item_names=("state", "meta"), options=options)
