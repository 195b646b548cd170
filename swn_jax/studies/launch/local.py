"""The launcher of one machine: one run at a time on each slot, until no trial is missing."""

import os
import queue
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from swn_jax.errors import SwnError
from swn_jax.studies.launch.run_trial import Job, run_trial
from swn_jax.studies.launch.slots import Slot
from swn_jax.studies.launch.state import TrialState


def launch(jobs: Iterable[Job], slots: Sequence[Slot], *, retry: bool = False, show: bool = False,
           stop: Callable[[], int] = lambda: 0, told: Callable[[Job, TrialState], None] = lambda job, state: None,
           ) -> None:  # fmt: skip
    """Runs all trials that are missing; one that fails does not stop the others.

    Args:
      jobs: the trials, in the order in which they are begun.
      slots: each takes one run at a time.
      retry, show, stop: as `run` has them; once asked to stop, no further trial is begun.
      told: hears how each run ended, from another thread.
    Raises:
      SwnError: where all devices disappeared and trials wait.
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)

    def work(slot: Slot) -> bool:
        """Takes trials while there are some; returns whether the slot is still there."""
        if slot.cores:
            os.sched_setaffinity(0, slot.cores)  # of this thread, and of the processes that it starts
        while not stop():
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                break
            state = run_trial(job, slot, retry=retry, show=show, stop=stop)
            told(job, state)
            if state.kind == "lost":
                waiting.put(job)
                return False
        return True

    left = list(slots)
    with ThreadPoolExecutor(len(slots)) as pool:
        while left and not waiting.empty() and not stop():
            left = [slot for slot, there in zip(left, list(pool.map(work, left)), strict=True) if there]
    if not left:
        gone = ", ".join(slot.name for slot in slots)
        raise SwnError(f"{gone}: gone, and {waiting.qsize()} trials wait; bring devices back and start again")
