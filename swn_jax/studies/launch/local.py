"""The launcher for one machine: one run at a time per slot, until no trial is missing."""

import os
import queue
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from swn_jax.errors import SwnError
from swn_jax.studies.launch.run_trial import Job, run_trial
from swn_jax.studies.launch.slots import Slot
from swn_jax.studies.launch.state import TrialState


def launch(jobs: Iterable[Job], slots: Sequence[Slot], *, retry: bool = False, show: bool = False,
           stop: Callable[[], int] = lambda: 0, on_end: Callable[[Job, TrialState], None] = lambda job, state: None,
           ) -> None:  # fmt: skip
    """Run all missing trials; one that fails does not stop the others.

    Args:
      jobs: the trials, in starting order.
      slots: each takes one run at a time.
      retry, show, stop: as in `run_trial`; after a request to stop, no further trial starts.
      on_end: called with each job and its final state, from another thread.
    Raises:
      SwnError: if all devices disappeared while trials wait.
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)

    def work(slot: Slot) -> bool:
        """Run trials while there are some; returns whether the slot is still usable."""
        if slot.cores:
            os.sched_setaffinity(0, slot.cores)  # for this thread and the processes it starts
        while not stop():
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                break
            state = run_trial(job, slot, retry=retry, show=show, stop=stop)
            on_end(job, state)
            if state.kind == "lost":
                waiting.put(job)
                return False
        return True

    usable = list(slots)
    with ThreadPoolExecutor(len(slots)) as pool:
        while usable and not waiting.empty() and not stop():
            usable = [slot for slot, kept in zip(usable, list(pool.map(work, usable)), strict=True) if kept]
    if not usable:
        gone = ", ".join(slot.name for slot in slots)
        raise SwnError(f"{gone}: gone while {waiting.qsize()} trials wait: bring the devices back and start again")
