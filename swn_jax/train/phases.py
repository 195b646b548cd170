"""Where the time of a training goes: it is in one phase at a time, whose usual length is known once one has ended."""

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jax

KINDS = ("steps", "data", "evaluation", "saving", "compiling")
KEPT = 99  # lengths of which the median is taken
COMPILING = ("/jax/core/compile/jaxpr_to_mlir_module_duration", "/jax/core/compile/backend_compile_duration")


class Phases:
    """The clock of a training, which begins by restoring; nothing that is computed depends on it.

    Seconds in which jax compiles, added up in `compiled`, are no part of the phase in which they pass.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic):
        self.now, self.seconds = now, dict.fromkeys(KINDS, 0.0)
        self.lengths: dict[tuple[Any, ...], deque[float]] = {}
        self.number = 0  # of the phase
        self.repeated = 0  # steps that were computed again after a kill, over all starts
        self._begin(("saving", "restore"))

    def _begin(self, phase: tuple[Any, ...]) -> None:
        self.phase, self.began, self.compiled = phase, self.now(), 0.0
        self.number += 1

    def switch(self, kind: str, *key: Any) -> None:
        """End the phase, and begin one of a kind; those of one key are as long as each other."""
        whole = self.now() - self.began
        own = max(0.0, whole - self.compiled)
        self.seconds[self.phase[0]] += own
        self.seconds["compiling"] += whole - own
        self.lengths.setdefault(self.phase, deque(maxlen=KEPT)).append(own)
        self._begin((kind, *key))

    def usual(self) -> float | None:
        """The median length of phases like this one, in seconds; None where none has ended yet."""
        lengths = self.lengths.get(self.phase)
        return statistics.median(tuple(lengths)) if lengths else None

    def shares(self, steps: int) -> dict[str, float]:
        """The share of the time of this start by kind, and of the steps of all starts the share that was repeated."""
        whole = max(sum(self.seconds.values()), 1e-9)
        shares = {f"time_{kind}": seconds / whole for kind, seconds in self.seconds.items()}
        return {**shares, "repeated": self.repeated / max(1, steps + self.repeated)}


@contextmanager
def timed() -> Iterator[Phases]:
    """The phases of a training, with what jax compiles meanwhile counted apart."""
    phases = Phases()

    def on_event(event: str, duration_secs: float, **_: str | int) -> None:
        if event in COMPILING:
            phases.compiled += duration_secs

    jax.monitoring.register_event_duration_secs_listener(on_event)
    try:
        yield phases
    finally:
        jax.monitoring.unregister_event_duration_listener(on_event)


def told(shares: Mapping[str, Any]) -> str:
    """The shares that a record has, in words, without those that are next to nothing.

    >>> told({"time_steps": 0.904, "time_data": 0.001, "time_saving": 0.095, "repeated": 0.02, "loss": 3.0})
    'steps 90%, saving 10%, repeated 2%'
    """
    named = {name: shares[name] for name in (*(f"time_{kind}" for kind in KINDS), "repeated") if name in shares}
    return ", ".join(f"{name.removeprefix('time_')} {share:.0%}" for name, share in named.items() if share >= 0.005)
