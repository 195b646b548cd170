"""A training that hangs, on a device, a reader or a file system, shows where it stands and ends, to be begun again."""

import faulthandler
import functools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from swn_jax.train.phases import Phases

HUNG = 76  # exit status; the same command goes on from the last checkpoint
STDERR = 2  # its descriptor: the stream of that name may be what hangs
SAYING = 5.0  # seconds that a message may take before it is given up


class Limits(NamedTuple):
    """How long a phase may take, in seconds."""

    factor: float = 10.0  # times its median
    floor: float = 60.0  # at least
    first: float = 7200.0  # where none like it has ended yet: it compiles, and nobody knows how long it takes
    grace: float = 600.0  # from the message to the end


@contextmanager
def watched(
    phases: Phases, limits: Limits, tell: Callable[[str], None], end: Callable[[int], object] = os._exit
) -> Iterator[None]:
    """Watch over the phases from a thread of its own.

    Args:
      phases: of the training.
      limits: after which all threads are shown on the standard error, and after which the process ends.
      tell: takes a sentence about the phase that takes too long.
      end: ends the process at once, whatever the other threads wait for.
    """
    over = threading.Event()
    thread = threading.Thread(target=_watch, args=(phases, limits, tell, end, over), name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _watch(
    phases: Phases, limits: Limits, tell: Callable[[str], None], end: Callable[[int], object], over: threading.Event
) -> None:
    number, waited, shown = 0, 0.0, False
    tick = limits.floor / 60  # time is counted in ticks: while the process itself is stopped there are none
    while not over.wait(tick):
        if phases.number != number:
            number, waited, shown = phases.number, 0.0, False
            continue
        waited += tick
        usual = phases.usual()
        limit = limits.first if usual is None else max(limits.floor, limits.factor * usual)
        kind = phases.phase[0]
        if waited >= limit and not shown:
            shown, known = True, "" if usual is None else f", which take {usual:.3g} s else"
            sentence = f"{kind}: nothing has moved for {waited:.3g} s{known}; here is where every thread stands"
            _say(functools.partial(_show, tell, sentence))
        if waited >= limit + limits.grace:
            remedy = f"ended with status {HUNG}, the same command goes on from the last checkpoint"
            _say(functools.partial(tell, f"{kind}: nothing has moved since; {remedy}"))
            end(HUNG)
            return


def _show(tell: Callable[[str], None], sentence: str) -> None:
    tell(sentence)
    faulthandler.dump_traceback(STDERR)


def _say(message: Callable[[], object]) -> None:
    """Give a message to a thread of its own: where it is to be shown may hang as well."""
    thread = threading.Thread(target=message, daemon=True)
    thread.start()
    thread.join(SAYING)
