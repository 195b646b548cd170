"""Batches prepared one step ahead, on a thread beside the train step."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Prefetch(Generic[T]):
    """Calls `batch_at(step)` one step ahead, always in order, so that nothing depends on timing."""

    def __init__(self, batch_at: Callable[[int], T], step: int, end: int):
        self.batch_at, self.step, self.end, self.waited = batch_at, step, end, 0.0
        self.pool = ThreadPoolExecutor(1)
        self.ahead: Future[T] = self.pool.submit(batch_at, step)

    def next(self) -> T:
        """The next batch; `waited` adds up the seconds spent waiting for it."""
        start = time.perf_counter()
        batch = self.ahead.result()
        self.waited += time.perf_counter() - start
        self.step += 1
        if self.step < self.end:
            self.ahead = self.pool.submit(self.batch_at, self.step)
        return batch

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)
