"""How orbax writes and reads the arrays of a checkpoint."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import numpy as np
import orbax.checkpoint as ocp

from swn_jax.errors import SwnError


class Arrays(ocp.type_handlers.NumpyHandler):
    """Arrays that are written as they are, without a further copy, and read one after another.

    Of several that are read at once, those still under way when one is found damaged outlive the event loop of the
    reading, and each then shows a traceback of its own on the standard error.
    """

    def __init__(self) -> None:
        super().__init__(deepcopy_host_arrays=False)

    async def deserialize(self, infos: Sequence[Any], args: Sequence[Any] | None = None) -> list[np.ndarray]:
        each = args or [ocp.RestoreArgs()] * len(infos)
        read = super().deserialize
        return [(await read([info], [own]))[0] for info, own in zip(infos, each, strict=True)]


def manager(folder: Path, keep: int, keep_every: int) -> Any:
    """An orbax manager for one process; by default all processes of a run would wait for each other."""
    folder.mkdir(parents=True, exist_ok=True)
    alone = ocp.options.MultiprocessingOptions(
        primary_host=0, active_processes={0}, barrier_sync_key_prefix=str(folder)
    )
    options = ocp.CheckpointManagerOptions(
        max_to_keep=keep, keep_period=keep_every or None, create=False, multiprocessing_options=alone
    )
    kinds = (np.ndarray, Arrays()), (jax.Array, ocp.type_handlers.ArrayHandler())  # orbax warns without the latter
    registry = ocp.type_handlers.create_type_handler_registry(*kinds)
    state = ocp.PyTreeCheckpointHandler(type_handler_registry=registry, multiprocessing_options=alone)
    meta = ocp.JsonCheckpointHandler(multiprocessing_options=alone)
    return ocp.CheckpointManager(folder, item_handlers={"state": state, "meta": meta}, options=options)


ONE = threading.Lock()  # orbax takes two saves that begin at once for one, and waits for what never comes


def write(into: Any, step: int, state: Any, note: dict[str, Any]) -> None:
    """Begin to write a state of numpy arrays, which may not change before it is written, and its note."""
    with ONE:
        into.save(step, args=ocp.args.Composite(state=ocp.args.PyTreeSave(state), meta=ocp.args.JsonSave(note)))


def read_note(source: Any, step: int) -> Any:
    """The note of a step."""
    return source.restore(step, args=ocp.args.Composite(meta=ocp.args.JsonRestore())).meta


def read_state(source: Any, step: int, like: Any) -> Any:
    """The state of a step, as arrays of the types of `like`."""
    wanted = ocp.args.PyTreeRestore(like, ocp.checkpoint_utils.construct_restore_args(like))
    return source.restore(step, args=ocp.args.Composite(state=wanted)).state


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Tell in one sentence what orbax raises while it writes; a checkpoint counts once it is whole, so none is lost."""
    try:
        yield
    except Exception as error:  # of a dozen classes
        remedy = "free disk space or change its permissions; the same command goes on from the last whole checkpoint"
        raise SwnError(f"{folder}: cannot be written ({' '.join(str(error).split())[:200]}): {remedy}") from error
