"""Rows within a number of minutes: some compile side by side, then they are measured one after the other."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from swn_jax.studies.benchmark.row import Measured, Row

AT_ONCE = 8  # at most; compilers try out programs on the device, one at a time


class Clock:
    """The seconds that are left of some minutes."""

    def __init__(self, minutes: float):
        self.end = time.monotonic() + 60 * minutes

    def left(self) -> float:
        return self.end - time.monotonic()


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def at_once() -> int:
    """The programs that compile side by side: a compiler uses some cores itself."""
    return max(1, min(AT_ONCE, cores() // 2))


def measured(rows: Sequence[Row], clock: Clock) -> Iterator[tuple[Row, Measured]]:
    """The rows with what was found, or `error`, or `skipped` for those that the time does not suffice for."""
    wave, longest = at_once(), 0.0
    ordered = sorted(rows, key=lambda row: row.rank)
    with ThreadPoolExecutor(wave) as pool:
        for first in range(0, len(ordered), wave):
            some = ordered[first : first + wave]
            if clock.left() < longest:
                yield from ((row, skipped(clock)) for row in some)
                continue
            start = time.monotonic()
            prepared = [pool.submit(row.prepare) for row in some]
            settled(prepared)
            longest = max(longest, time.monotonic() - start)
            for row in some:
                measure = prepared.pop(0)
                yield row, found(measure) if clock.left() > 0 else skipped(clock)


def settled(futures: Sequence[Future]) -> None:
    """Wait for all, whether they fail or not."""
    for future in futures:
        future.exception()


def found(prepared: Future[Callable[[], Measured]]) -> Measured:
    """What a row measures, or the first line of its error."""
    try:
        return prepared.result()()
    except Exception as error:  # a row that does not fit on the device is a finding too
        lines = str(error).strip().splitlines()
        return {"error": f"{type(error).__name__}: {lines[0] if lines else ''}"[:300]}


def skipped(clock: Clock) -> Measured:
    return {"skipped": f"{max(0.0, clock.left()):.0f} s were left, too few"}
