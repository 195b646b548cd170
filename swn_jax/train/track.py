"""What the train loop saves and logs for one of its runs."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from swn_jax.errors import DivergedError, SwnError
from swn_jax.train.checkpoint import Checkpoints, Restored
from swn_jax.train.distributed import is_primary
from swn_jax.train.host import Copy
from swn_jax.train.logging import Intervals, Recorder, Writer
from swn_jax.train.metrics import METRICS, JsonLines, TensorBoard
from swn_jax.train.phases import Phases
from swn_jax.train.prefetch import Prefetch
from swn_jax.train.state import TrainState
from swn_jax.types import Batch


class Member(NamedTuple):
    """One run of the loop: a single run, or one of several replicas that share a program."""

    state: TrainState  # of step 0; it stays the caller's
    batch_at: Callable[[int], Batch]  # from step to global batch, a pure function
    validate: Callable[[TrainState], float]  # the bound in nats per sequence that chooses the best checkpoint
    workdir: Path  # comes to hold `checkpoints/`, `best/`, `metrics.jsonl` and `tensorboard/`
    writers: Sequence[Writer] = ()  # further places for the metrics
    examples: Callable[[TrainState], Sequence[Path]] | None = None  # writes pictures and sounds, at each validation


class Track:
    """The checkpoints and metrics of one member."""

    def __init__(
        self, member: Member, newest: Checkpoints, best: float | None, start: int, data: Prefetch,
        rate: Callable[[int], Any], intervals: Intervals, phases: Phases, warn: Callable[[str], None],
    ):  # fmt: skip
        self.member, self.newest, self.best = member, newest, -np.inf if best is None else best
        newest.drop(after=start)  # the damaged ones
        self.best_folder = Checkpoints(member.workdir / "best", keep=1)
        self.writer = ThreadPoolExecutor(1, "checkpoint")  # checks what is saved, and writes it
        self.writing: Future[None] | None = None
        sinks: list[Writer] = []
        if is_primary():
            lines = JsonLines(member.workdir / METRICS, start)
            if lines.damaged:
                warn(f"{lines.path}: {lines.damaged} damaged lines are left out")
            sinks = [lines, TensorBoard(member.workdir / "tensorboard", start), *member.writers]
        self.phases = phases
        self.recorder = Recorder(sinks, data, rate, intervals, phases)

    def save(self, number: int, state: TrainState, due: bool) -> None:
        """Write the newest checkpoint; where validation is due, also its bound and perhaps the best checkpoint.

        The training waits only for a copy, and for the writing before this one; what is wrong with it is raised then.
        """
        self.recorder.flush()
        better = False
        if due:
            self.phases.switch("evaluation")
            score = self.member.validate(state)
            self.recorder.write({"step": number, "valid_elbo": score})
            if self.member.examples and is_primary():
                self.recorder.show(number, self.member.examples(state))
            if better := score > self.best:
                self.best = score
        self.phases.switch("saving", "newest")
        self.wait()
        if is_primary():
            self.writing = self.writer.submit(self._write, Copy(state), self.best, better)
        self.recorder.restart()

    def _write(self, copy: Copy, best: float, better: bool) -> None:
        if better:
            self.best_folder.save(copy, {"best": best})
        self.newest.save(copy, {"best": best if np.isfinite(best) else None})
        for folder in (self.best_folder, self.newest):  # so that there is one copy at a time
            folder.wait()

    def wait(self) -> None:
        """Wait until the last checkpoint is written; raises what was wrong with it."""
        writing, self.writing = self.writing, None
        if writing:
            writing.result()

    def check(self) -> None:
        """Raise DivergedError where no validation bound was finite; process 0 alone knows those of before a stop."""
        if is_primary() and not np.isfinite(self.best):
            raise DivergedError(
                f"{self.member.workdir}: no validation bound was finite, the training has diverged: lower the rate or "
                "the clip and train into another folder; the newest checkpoint is kept (--checkpoint=newest)"
            )

    def close(self) -> None:
        """Close the writers; wait until the best checkpoint is written."""
        self.recorder.close()
        with closing(self.best_folder), self.writer:
            self.wait()


def newest_common(
    folders: Sequence[Checkpoints], likes: Sequence[TrainState], warn: Callable[[str], None]
) -> list[Restored] | None:
    """Restore the newest step that is intact in every folder; None where none was ever written.

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


@contextmanager
def named(member: Member, several: bool) -> Iterator[None]:
    """Name the member's folder in an error, where there are several members."""
    try:
        yield
    except SwnError as error:
        if not several:
            raise
        raise type(error)(f"{member.workdir.name}: {error}") from None
