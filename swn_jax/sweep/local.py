"""The launcher of one machine: one run at a time on each place, until no cell is missing."""

import os
import queue
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from swn_jax.errors import SwnError
from swn_jax.sweep.places import Place
from swn_jax.sweep.run import Job, run
from swn_jax.sweep.state import State


def launch(jobs: Iterable[Job], places: Sequence[Place], *, retry: bool = False, show: bool = False,
           stop: Callable[[], int] = lambda: 0, told: Callable[[Job, State], None] = lambda job, state: None,
           ) -> None:  # fmt: skip
    """Runs all cells that are missing; one that fails does not stop the others.

    Args:
      jobs: the cells, in the order in which they are begun.
      places: each takes one run at a time.
      retry, show, stop: as `run` has them; once asked to stop, no further cell is begun.
      told: hears how each run ended, from another thread.
    Raises:
      SwnError: where all devices disappeared and cells wait.
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)

    def work(place: Place) -> bool:
        """Takes cells while there are some; returns whether the place is still there."""
        if place.cores:
            os.sched_setaffinity(0, place.cores)  # of this thread, and of the processes that it starts
        while not stop():
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                break
            state = run(job, place, retry=retry, show=show, stop=stop)
            told(job, state)
            if state.kind == "lost":
                waiting.put(job)
                return False
        return True

    left = list(places)
    with ThreadPoolExecutor(len(places)) as pool:
        while left and not waiting.empty() and not stop():
            left = [place for place, there in zip(left, list(pool.map(work, left)), strict=True) if there]
    if not left:
        gone = ", ".join(place.name for place in places)
        raise SwnError(f"{gone}: gone, and {waiting.qsize()} cells wait; bring devices back and start again")
