"""A tracker as a writer of the train loop: each number is sent once, by a thread that no step waits for."""

import contextlib
import functools
import json
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from swn_jax.atomic import write_text
from swn_jax.runs.trackers.tracker import Tracker
from swn_jax.train.metrics import Record, curves

WAITING = 1000  # entries that may wait to be sent
PATIENCE = 60.0  # seconds for what is left at the end


class Entry(NamedTuple):
    """What is to be sent of a step."""

    step: int
    numbers: Mapping[str, float]
    files: Mapping[str, Path]


class Memory:
    """A file that keeps project and identity of a run at a tracker, and for each name the last step that was sent.

    It is written before a number is sent: of a process that is killed in between the tracker lacks a number, and never
    gets one twice.
    """

    def __init__(self, path: Path):
        self.path = path
        found = json.loads(path.read_text()) if path.exists() else {}
        self.project: str = found.get("project", "")
        self.identity: str | None = found.get("identity")
        self.sent: dict[str, int] = found.get("sent", {})

    def new(self, entry: Entry) -> Entry:
        """What of an entry was not sent yet; from here on it was."""
        fresh = {name for name in (*entry.numbers, *entry.files) if entry.step > self.sent.get(name, -1)}
        numbers = {name: value for name, value in entry.numbers.items() if name in fresh}
        files = {name: path for name, path in entry.files.items() if name in fresh}
        self.sent |= dict.fromkeys(fresh, entry.step)
        if fresh:
            self.write()
        return Entry(entry.step, numbers, files)

    def write(self) -> None:
        content = {"project": self.project, "identity": self.identity, "sent": self.sent}
        write_text(self.path, json.dumps(content, indent=1) + "\n")


class Tracked:
    """A writer that hands on to a tracker.

    What waits is bounded: where the tracker is slower than the training some is dropped. What it does not take is
    passed over. Both are counted and told at the end; a training never fails by its tracker, nor waits for it.
    """

    def __init__(
        self, name: str, tracker: Tracker, memory: Memory, warn: Callable[[str], None], *, waiting: int = WAITING,
        patience: float = PATIENCE,
    ):  # fmt: skip
        self.name, self.tracker, self.memory, self.warn, self.patience = name, tracker, memory, warn, patience
        self.entries: queue.Queue[Entry | None] = queue.Queue(waiting)
        self.offered, self.taken, self.faults = 0, 0, list[Exception]()
        self.thread = threading.Thread(target=self.work, name=name, daemon=True)
        self.thread.start()

    def write(self, record: Record) -> None:
        self.offer(Entry(record["step"], curves(record), {}))

    def show(self, step: int, files: Sequence[Path]) -> None:
        self.offer(Entry(step, {}, {f"examples/{path.name}": path for path in files}))

    def offer(self, entry: Entry) -> None:
        """Queue what is to be sent, or drop it."""
        self.offered += 1
        with contextlib.suppress(queue.Full):
            self.entries.put_nowait(entry)

    def work(self) -> None:
        """Send entry after entry, until None."""
        while entry := self.entries.get():
            self.guarded(functools.partial(self.send, entry))
            self.taken += 1
        self.guarded(self.tracker.close)

    def send(self, entry: Entry) -> None:
        step, numbers, files = self.memory.new(entry)
        if numbers:
            self.tracker.log(step, numbers)
        if files:
            self.tracker.show(step, files)

    def guarded(self, action: Callable[[], None]) -> None:
        """Do it; a library, a network or a disk may raise anything."""
        try:
            action()
        except Exception as error:
            self.faults.append(error)

    def close(self) -> None:
        """Send what is left, for a while, and tell what was not sent."""
        end = time.monotonic() + self.patience
        with contextlib.suppress(queue.Full):
            self.entries.put(None, timeout=self.patience)
        self.thread.join(max(0.0, end - time.monotonic()))
        if lost := self.offered - self.taken:
            self.warn(f"{self.name} was too slow: {lost} of {self.offered} entries not sent, metrics.jsonl has them")
        if self.faults:
            first = " ".join(str(self.faults[0]).split()) or type(self.faults[0]).__name__
            self.warn(f"{self.name} failed {len(self.faults)} times, metrics.jsonl has all numbers; the first: {first}")
