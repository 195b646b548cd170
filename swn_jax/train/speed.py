"""Timing: medians over interleaved rounds, so that a drifting machine does not spoil ratios."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np


def interleaved(calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Time each call in each round, in seconds; all calls take turns, after a warm-up round."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            start = time.perf_counter()
            jax.block_until_ready(call())
            if number:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def median(seconds: list[float]) -> float:
    return statistics.median(seconds)


def ratio(above: list[float], below: list[float]) -> float:
    """The median of the ratios within each round."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def step_arithmetic(params: Any, frames: int, inputs: tuple[str, ...] = ("embed_u", "embed_x")) -> float:
    """Count the floating point operations of the matrix products in one train step over `frames` frames.

    Forward, weight gradient and input gradient take two operations for each weight and frame; layers that read
    data (`inputs`) need no input gradient.
    """
    total = 0.0
    for path, leaf in jax.tree_util.tree_leaves_with_path(params):
        if leaf.ndim == 2:
            reads_data = any(name in jax.tree_util.keystr(path) for name in inputs)
            total += (4 if reads_data else 6) * np.prod(leaf.shape) * frames
    return float(total)
