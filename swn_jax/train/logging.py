"""The metrics of a run on their way from the device to the writers."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from swn_jax.errors import DivergedError
from swn_jax.train.metrics import Record
from swn_jax.train.phases import Phases
from swn_jax.train.prefetch import Prefetch


@runtime_checkable
class Writer(Protocol):
    """Receives the metrics of logged steps."""

    def write(self, record: Record) -> None:
        """Write one record: `step`, and numbers or lists of numbers by name."""

    def close(self) -> None:
        """No more records follow."""


@runtime_checkable
class Shows(Protocol):
    """A writer that takes pictures and sounds too."""

    def show(self, step: int, files: Sequence[Path]) -> None:
        """Take pictures (PNG, GIF) and sounds (WAV) of a step, which stay where they are."""


class Saving(NamedTuple):
    """When checkpoints are written beside those of each evaluation, and which of them are kept."""

    every: int = 0  # steps; 0 for never
    minutes: float = 0.0  # since the last one; 0 for never
    keep: int = 2  # the newest ones
    keep_every: int = 0  # at every so many steps one is written and kept for good; 0 for never


class Intervals(NamedTuple):
    """How many steps to train, and every how many steps to log and to validate."""

    steps: int
    log_every: int  # 0 for never
    eval_every: int  # the bound on the validation split, and a checkpoint; 0 for at the end alone
    max_bad: int  # updates skipped in a row that stop the run
    saving: Saving = Saving()
    replay_every: int = 0  # a step is computed twice and compared; 0 for never


def due(number: int, every: int) -> bool:
    """Whether something that is done every so many steps, never for 0, is due after this one."""
    return bool(every) and number % every == 0


class PendingStep(NamedTuple):
    """A dispatched step whose metrics may still be on the device."""

    number: int  # steps so far, this one included
    metrics: dict[str, Any]
    frames: int  # real frames in its batch


class Recorder:
    """Fetches the metrics of a step only when the next one is dispatched, so that the device never waits."""

    def __init__(
        self, writers: Sequence[Writer], data: Prefetch, rate: Callable[[int], Any], intervals: Intervals,
        phases: Phases,
    ):  # fmt: skip
        self.writers, self.data, self.rate, self.intervals, self.phases = writers, data, rate, intervals, phases
        self.pending: PendingStep | None = None
        self.restart()

    def restart(self) -> None:
        """Start measuring speed anew."""
        self.began, self.waited, self.frames = time.perf_counter(), self.data.waited, 0

    def on_step(self, step: PendingStep) -> None:
        """Queue this step's metrics; fetch and write the previous step's."""
        self.flush()
        self.pending = step

    def flush(self) -> None:
        """Wait for the last step, and write its metrics if they are due.

        Raises DivergedError when too many updates in a row were not finite.
        """
        if self.pending is None:
            return
        number, metrics, frames = self.pending
        self.pending = None
        bad = int(metrics["in_a_row"])  # waits for the step
        self.frames += frames
        if bad >= self.intervals.max_bad:
            raise DivergedError(
                f"step {number}: the loss or its gradient was not finite in {bad} updates in a row "
                f"(loss {float(metrics['loss'])}): lower the rate or the clip, or raise the floor of the scales"
            )
        if due(number, self.intervals.log_every):
            numbers = {name: plain(value) for name, value in metrics.items()}
            rate = float(self.rate(number - 1))
            self.write({"step": number, **numbers, "rate": rate, **self.speeds(), **self.phases.shares(number)})
            self.restart()

    def speeds(self) -> Record:
        """Frames per second and the share of the time spent waiting for data, since the last record."""
        seconds = max(time.perf_counter() - self.began, 1e-9)
        return {
            "frames_per_second": self.frames / seconds,
            "data_wait": (self.data.waited - self.waited) / seconds,
        }

    def write(self, record: Record) -> None:
        for writer in self.writers:
            writer.write(record)

    def show(self, step: int, files: Sequence[Path]) -> None:
        for writer in self.writers:
            if isinstance(writer, Shows):
                writer.show(step, files)

    def close(self) -> None:
        for writer in self.writers:
            writer.close()


def plain(value: Any) -> float | int | list:
    """Convert a device array to plain numbers."""
    return np.asarray(value).tolist()
