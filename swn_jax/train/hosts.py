"""Multi-process training: how the processes connect, and how they end together.

A process that fails leaves at once: a wait for the others at the exit, as jax has it, would make all of them hang.
"""

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple, NoReturn

import jax

from swn_jax.errors import SwnError, of_system
from swn_jax.train.distributed import barrier

START = 120.0  # seconds that all processes have to come
SILENCE = 30  # seconds without a sign of life, or of waiting at the exit, after which jax gives a process up
LOST = "another process of this run has ended, its messages say why: start all again, they go on from the checkpoint"


class Address(NamedTuple):
    """The coordinator's address, and which process this is."""

    coordinator: str  # HOST:PORT, of process 0
    processes: int
    number: int  # of this process, from 0


def address_of(coordinator: str | None, processes: int | None, number: int | None) -> Address | None:
    """The address from three flags, or None without them.

    Raises:
      SwnError: where only some of them are given, or they cannot be right.
    """
    match coordinator, processes, number:
        case None, None, None:
            return None
        case str(), int(), int() if re.fullmatch(r".+:\d+", coordinator) and 0 <= number < processes:
            return Address(coordinator, processes, number)
    found = f"coordinator {coordinator}, number of processes {processes}, this process {number}"
    raise SwnError(f"found {found}, wanted all three: HOST:PORT of process 0, N, and one of 0 to N - 1")


def under_slurm(environment: Mapping[str, str]) -> bool:
    """Whether `srun` started this process as one of several."""
    return int(environment.get("SLURM_STEP_NUM_TASKS", 1)) > 1


def join(address: Address | None = None, seconds: float = START) -> None:
    """Connect to the other processes, so that jax sees all devices; call it before any other use of a device.

    Args:
      address: or None to take what SLURM, Open MPI or a TPU pod tells.
      seconds: to wait for the others.
    Raises:
      SwnError: where they do not all come in time, or do not fit together.
    """
    jax.config.update("jax_enable_preemption_service", False)  # it swallows SIGTERM
    coordinator, processes, number = address or (None, None, None)
    ended: list[Exception | None] = []

    def meet_all() -> None:
        try:
            jax.distributed.initialize(
                coordinator,
                processes,
                number,
                initialization_timeout=int(seconds) + 60,  # later than ours: jax aborts the process at its own
                heartbeat_timeout_seconds=SILENCE,
                shutdown_timeout_seconds=SILENCE,
            )
            barrier()  # now, while all are here: a first collective waits 30 s at most, later ones without end
            if processes and jax.process_count() != processes:
                raise RuntimeError(f"process 0 counts {jax.process_count()}")
            ended.append(None)
        except Exception as error:
            ended.append(error)

    thread = threading.Thread(target=meet_all, daemon=True)
    thread.start()
    thread.join(seconds)
    whom = f"the {processes} processes at {coordinator}" if address else "the processes of this job"
    remedy = "start all of them, with one coordinator and one number of processes, each with a number of its own"
    if not ended:
        raise SwnError(f"waited {seconds:g} s for {whom}, not all have come: {remedy}")
    if ended[0]:
        raise SwnError(f"could not meet {whom} ({' '.join(str(ended[0]).split())[:200]}): {remedy}")


def together(main: Callable[[], int], tell: Callable[[SwnError | str], int]) -> int:
    """Run `main` and wait for every process to end it; an error ends this process at once.

    Args:
      main: joins, and trains.
      tell: shows an error or a sentence to the user; from it to the exit status.
    """
    try:
        status = main()
        barrier()
        return status
    except SwnError as error:
        leave(tell(error))
    except OSError as error:
        leave(tell(of_system(error)))
    except Exception as error:
        if re.search("gloo|nccl|coordination", str(error), re.IGNORECASE):
            leave(tell(LOST))
        sys.excepthook(type(error), error, error.__traceback__)
        leave(1)


def leave(status: int) -> NoReturn:
    """End this process without waiting for the others, which notice in their next collective."""
    sys.stdout.flush()
    sys.stderr.flush()
    time.sleep(1)  # the others, where they fail alike, speak too: jax ends them by a signal when process 0 is gone
    os._exit(status)
