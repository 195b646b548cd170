"""Timing a function as training calls it: call after call, without waiting for each."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import jax

ROUNDS = 5


def seconds_per_call(call: Callable[[], Any], seconds: float) -> float:
    """The median over rounds of the time of a call, each round some calls in a row, in about `seconds` altogether.

    Two calls come before: the first loads the program, the second says how many make a round. Where that one takes
    all the time that there is, it counts.
    """
    jax.block_until_ready(call())
    once = timed(call, 1)
    calls = max(1, min(1000, int(seconds / ROUNDS / once)))
    rounds = min(ROUNDS, int(seconds / (calls * once)))
    return statistics.median([timed(call, calls) for _ in range(rounds)] or [once])


def timed(call: Callable[[], Any], calls: int) -> float:
    """Seconds per call of some in a row."""
    start = time.perf_counter()
    for _ in range(calls - 1):
        call()
    jax.block_until_ready(call())
    return (time.perf_counter() - start) / calls
