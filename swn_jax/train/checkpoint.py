"""Checkpoints, written asynchronously and atomically by orbax and verified by our own checksums.

orbax restores a flipped byte without an error, so every array is saved and compared with its checksum.
"""

from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from swn_jax.errors import SwnError
from swn_jax.sealed import intact, sealed
from swn_jax.train.flat import unflattened
from swn_jax.train.host import Copy, bare, checksums, from_host
from swn_jax.train.state import TrainState
from swn_jax.train.storage import manager, read_note, read_state, write, written


class Restored(NamedTuple):
    """A restored state, its metadata, and the damaged checkpoints that were skipped to find it."""

    state: TrainState
    meta: dict[str, Any]
    damaged: tuple[str, ...]


OTHER_MODEL = "this is the checkpoint of another model than config.json names: bring back the config.json of this run"


class Checkpoints:
    """The last `keep` checkpoints of a folder, and those of all multiples of `keep_every` steps, none for 0.

    Only process 0 reads and writes them.
    """

    def __init__(self, folder: Path | str, keep: int, keep_every: int = 0):
        self.folder = Path(folder).absolute()
        self.manager: Any = manager(self.folder, keep, keep_every) if jax.process_index() == 0 else None

    def save(self, copy: Copy, meta: dict[str, Any]) -> None:
        """Save the state of this step; returns once its checksums are taken, and writes beside what follows.

        Raises:
          DivergedError: for a state with a non-finite number, which is never written.
          SwnError: where this checkpoint, or the one before it, cannot be written.
        """
        step = int(copy.host.step)
        if self.manager is None or step in self.manager.all_steps():
            return  # a stop right after a save
        note = sealed({**meta, "checksums": copy.checksums})
        with written(self.folder):
            write(self.manager, step, present(copy.host), note)

    def restore(self, like: TrainState, last: int | None = None) -> Restored | None:
        """Restore the newest intact checkpoint; None where none was ever written.

        Args:
          like: a state of the same run, or only its shapes.
          last: the latest step to consider.
        Raises:
          SwnError: where there are checkpoints and all are damaged: a run never starts afresh in silence; for one of
            another model than `like`.
        """
        target = jax.tree.map(
            lambda a: np.zeros(a.shape, a.dtype), jax.eval_shape(lambda state: unflattened(bare(state)), like)
        )
        damaged: list[str] = []
        for step in sorted(self.steps(), reverse=True):
            if last is not None and step > last:
                continue
            try:
                state, meta = self._read(step, target)
            except SwnError:
                raise
            except Exception as error:  # orbax raises a dozen classes for a damaged file
                if not (self.folder / str(step)).exists():  # a training beside has put a newer one in its place
                    self.manager.reload()
                    return self.restore(like, last)
                damaged.append(f"{self.folder / str(step)}: {' '.join(str(error).split())[:200]}")
                continue
            return Restored(from_host(state, like), meta, tuple(damaged))
        if damaged:
            remedy = "put the folder back from a copy, or remove it to start anew"
            raise SwnError(f"no checkpoint is whole: {'; '.join(damaged)}: {remedy}")
        return None

    def _read(self, step: int, target: Any) -> tuple[Any, dict[str, Any]]:
        """State and metadata of a step; raises SwnError where it is of another model than the target."""
        meta = intact(read_note(self.manager, step))
        sums, at = meta.pop("checksums"), self.folder / str(step)
        if odd := checksums(target).keys() ^ sums.keys():
            name = min(odd, key=lambda name: (not name.startswith(".params"), name))  # not its copy in the optimizer
            raise SwnError(f"{at}: found {'a foreign' if name in sums else 'no'} {name}: {OTHER_MODEL}")
        state = target._replace(**read_state(self.manager, step, present(target)))
        if checksums(state) != sums:
            raise ValueError("an array differs from its checksum")
        for (path, a), b in zip(jax.tree_util.tree_leaves_with_path(state), jax.tree.leaves(target), strict=True):
            if a.shape != b.shape:
                name = jax.tree_util.keystr(path)
                raise SwnError(f"{at}: found {name} {list(a.shape)}, wanted {list(b.shape)}: {OTHER_MODEL}")
        return state, meta

    def drop(self, after: int) -> None:
        """Delete the checkpoints of later steps: orbax refuses to write a step before the latest one."""
        for step in self.steps():
            if step > after:
                self.manager.delete(step)

    def steps(self) -> list[int]:
        """The steps that have a checkpoint, intact or damaged."""
        return list(self.manager.all_steps()) if self.manager else []

    def wait(self) -> None:
        """Wait until everything is written; raises SwnError where it cannot be."""
        if self.manager:
            with written(self.folder):
                self.manager.wait_until_finished()

    def close(self) -> None:
        """Wait until everything is written, and end; raises SwnError where it cannot be."""
        self.wait()
        if self.manager:
            self.manager.close()


def present(state: TrainState) -> dict[str, Any]:
    """The fields of a state that are not None: orbax tells None from a field that a state of before did not have."""
    return {name: value for name, value in state._asdict().items() if value is not None}


def steps_in(folder: Path) -> list[int]:
    """The steps that have a checkpoint in a folder, found without opening it."""
    return [int(path.name) for path in folder.iterdir() if path.name.isdigit()] if folder.exists() else []
