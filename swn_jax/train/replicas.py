"""Several seeds in one program: the step mapped over replicas, each with the folder of a single run.

A replica is the single run of its seed: its own first state, noise and batches, and equal to it but for rounding.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from swn_jax.errors import SwnError
from swn_jax.train.checkpoint import Checkpoints, Restored
from swn_jax.train.loop import Ended, Pace
from swn_jax.train.metrics import JsonLines, TensorBoard
from swn_jax.train.prefetch import Prefetch
from swn_jax.train.record import Recorder, Writer
from swn_jax.train.record import Step as Taken
from swn_jax.train.state import TrainState
from swn_jax.train.step import Step
from swn_jax.types import Batch


class Replica(NamedTuple):
    """What a single run has of its own; see `swn_jax.train.loop.train`."""

    state: TrainState  # of step 0
    batch_at: Callable[[int], Batch]
    validate: Callable[[TrainState], float]
    workdir: Path
    writers: Sequence[Writer] = ()


def replicated(step: Step) -> Step:
    """The step of R replicas: a leading axis on state and metrics, and the second axis of the batches.

    Rows stay the first axis of a batch, so `compile_step` splits them over the devices as ever.
    """
    return jax.vmap(step, in_axes=(0, 1))


def stack(states: Sequence[TrainState]) -> TrainState:
    """One state with a leading axis R, in buffers of its own."""
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)


@jax.jit
def unstack(tree: Any) -> list[Any]:
    """The R parts of a tree with a leading axis R, in one program for all leaves."""
    return [jax.tree.map(lambda leaf, r=r: leaf[r], tree) for r in range(len(jax.tree.leaves(tree)[0]))]


def stack_batches(batches: Sequence[Batch]) -> Batch:
    """x [B, R, T, D], mask [B, R, T], before [B, R, D]; shorter batches are padded to the longest."""
    frames = max(batch.x.shape[1] for batch in batches)
    padded = []
    for x, mask, before in batches:
        more = (0, frames - x.shape[1])
        padded.append((np.pad(x, [(0, 0), more, (0, 0)]), np.pad(mask, [(0, 0), more]), before))
    columns = (np.stack(column, axis=1) for column in zip(*padded, strict=True))
    return Batch(*columns)  # type: ignore[arg-type]  # numpy till the device


def train_replicas(
    step: Step,
    replicas: Sequence[Replica],
    pace: Pace,
    *,
    rate: Callable[[int], Any],
    stop: Callable[[], bool] = lambda: False,
    warn: Callable[[str], None] = lambda text: None,
) -> list[Ended]:
    """Trains all replicas to the last step, from the newest checkpoint that they have in common.

    Each leaves in its workdir what `train` leaves there, so any of them can be evaluated, and trained on, alone.

    Args:
      step: the compiled step of `replicated`.
      replicas: one or more, their workdirs different.
      pace, rate, stop, warn: as of `train`.
    Raises:
      SwnError: after `max_bad` non-finite updates in a row of one replica, naming it; where checkpoints were
        written but no whole one is common to all.
    """
    with ExitStack() as files:
        folders = [files.enter_context(closing(Checkpoints(r.workdir / "checkpoints", keep=2))) for r in replicas]
        found = newest_common(folders, [replica.state for replica in replicas], warn)
        state = stack([own.state for own in found or replicas])
        start = int(state.step[0])
        data = Prefetch(lambda number: stack_batches([r.batch_at(number) for r in replicas]), start, pace.steps)
        files.enter_context(closing(data))
        recorder = functools.partial(Recorder, data=data, rate=rate, every=pace.log_every, max_bad=pace.max_bad)
        tops = [own.meta["best"] for own in found] if found else [None] * len(replicas)
        tracks = [
            files.enter_context(closing(_Track(*own, start, recorder)))
            for own in zip(replicas, folders, tops, strict=True)
        ]
        for number in range(start + 1, pace.steps + 1):
            batch = data.next()
            state, metrics = step(state, batch)
            for track, own, frames in zip(tracks, unstack(metrics), batch.mask.sum((0, 2)), strict=True):
                with named(track.replica):
                    track.recorder.took(Taken(number, own, int(frames)))
            last, asked = number == pace.steps, stop()
            due = last or number % pace.eval_every == 0
            if due or asked:
                for track, own in zip(tracks, unstack(state), strict=True):
                    with named(track.replica):
                        track.save(number, own, due)
            if asked:
                break
        return [
            Ended(own, int(own.step) >= pace.steps, track.top)
            for track, own in zip(tracks, unstack(state), strict=True)
        ]


def newest_common(
    folders: Sequence[Checkpoints], likes: Sequence[TrainState], warn: Callable[[str], None]
) -> list[Restored] | None:
    """The checkpoints of the newest step that every folder has whole, or None where none was ever written.

    Raises:
      SwnError: where some have checkpoints and there is none of one step in all.
    """
    last = None
    while True:
        found = [folder.restore(like, last) for folder, like in zip(folders, likes, strict=True)]
        whole = [restored for restored in found if restored is not None]
        for text in (text for restored in whole for text in restored.damaged):
            warn(f"damaged checkpoint passed over: {text}")
        if last is None and not whole:
            return None
        if len(whole) < len(found):
            steps = ", ".join(f"{folder.folder}: {sorted(folder.steps()) or 'none'}" for folder in folders)
            remedy = "train them one by one, or remove the folders to start anew"
            raise SwnError(f"the replicas have no whole checkpoint of one step ({steps}): {remedy}")
        steps_found = {int(restored.state.step) for restored in whole}
        if len(steps_found) == 1:
            return whole
        last = min(steps_found)


class _Track:
    """What is written of one replica."""

    def __init__(
        self, replica: Replica, newest: Checkpoints, top: float | None, start: int,
        recorder: Callable[[Sequence[Writer]], Recorder],
    ):  # fmt: skip
        self.replica, self.newest, self.top = replica, newest, -np.inf if top is None else top
        newest.drop(after=start)
        self.best = Checkpoints(replica.workdir / "best", keep=1)
        lines = JsonLines(replica.workdir / "metrics.jsonl", start)
        self.recorder = recorder([lines, TensorBoard(replica.workdir / "tensorboard", start), *replica.writers])

    def save(self, number: int, state: TrainState, due: bool) -> None:
        """The newest checkpoint; where validation is due, its bound and perhaps the best one."""
        self.recorder.flush()
        if due:
            score = self.replica.validate(state)
            self.recorder.write({"step": number, "valid_elbo": score})
            if score > self.top:
                self.top = score
                self.best.save(state, {"best": score})
        self.newest.save(state, {"best": self.top if np.isfinite(self.top) else None})
        self.recorder.restart()

    def close(self) -> None:
        self.recorder.close()
        self.best.close()


@contextmanager
def named(replica: Replica) -> Iterator[None]:
    """Puts the replica's folder before an error."""
    try:
        yield
    except SwnError as error:
        raise SwnError(f"{replica.workdir.name}: {error}") from None
