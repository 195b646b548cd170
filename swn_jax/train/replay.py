"""A step computed twice and compared bit for bit: a device that computes wrong says so by no error."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from swn_jax.errors import ReplayError
from swn_jax.train.distributed import processes_that
from swn_jax.train.flat import named, unflattened
from swn_jax.train.host import bare
from swn_jax.train.parallel import copy_state
from swn_jax.train.state import TrainState
from swn_jax.train.step import Metrics, TrainStep
from swn_jax.types import Batch

REMEDY = (
    "nothing of it was saved, and the same command goes on from the last checkpoint: have the device checked first, "
    "or take kernels that are deterministic (XLA_FLAGS=--xla_gpu_deterministic_ops=true)"
)


class Outcome(NamedTuple):
    """What a step gives. Its gradients are seen in the new moments of the optimizer, and in the norm in the metrics."""

    state: TrainState
    metrics: Metrics


def twice(step: TrainStep, state: TrainState, batch: Batch, workdirs: Sequence[Path]) -> tuple[TrainState, Metrics]:
    """Take a step twice, from copies of one state, and compare all bits on each device of this process.

    It takes as long as two steps, and memory for a second state.

    Args:
      step: which donates its state, or not.
      state, batch: the state is donated.
      workdirs: of the replicas, or of the single run; where the outcomes are kept if they differ.
    Raises:
      ReplayError: in all processes, where the outcomes differ in one of them.
    """
    first, second = (Outcome(*step(own, batch)) for own in (copy_state(state), state))
    number = int(np.max(first.state.step))
    found = _difference(first, second, number, workdirs)
    if odd := processes_that(found is not None):
        others = f"step {number}: process {', '.join(map(str, odd))} has found other bits when it was computed again"
        raise found or ReplayError(f"{others}, its message says where: {REMEDY}")
    return second.state, second.metrics


def _difference(first: Outcome, second: Outcome, number: int, workdirs: Sequence[Path]) -> ReplayError | None:
    """The error that names the first device and the first leaf that differ; None where all bits are the same."""
    for device in filter(first.state.step.sharding.addressable_devices.__contains__, jax.local_devices()):
        one, other = (_on(device, outcome) for outcome in (first, second))
        odd = jax.tree.map(lambda a, b: a.view(f"u{a.itemsize}") != b.view(f"u{b.itemsize}"), one, other)
        if not any(mask.any() for mask in jax.tree.leaves(odd)):
            continue
        parts = zip(workdirs, *(_members(outcome, len(workdirs)) for outcome in (odd, one, other)), strict=True)
        for workdir, where, *both in parts:
            if names := _true_in(unflattened(where)) or _true_in(where):  # and the latter has what fills up rows
                folder = _keep(workdir / f"replay_{number}", *both)
                more = f" and {len(names) - 1} more" if len(names) > 1 else ""
                found = f"step {number}: {names[0]}{more} on {device} has other bits when it is computed again"
                return ReplayError(f"{found}: both outcomes are kept in {folder}, {REMEDY}")
    return None


def _on(device: jax.Device, outcome: Outcome) -> Outcome:
    """The shards of a device, compared on the host, which is another machine."""

    def shard(a: jax.Array) -> np.ndarray:
        return np.asarray(next(each.data for each in a.addressable_shards if each.device == device))

    return jax.tree.map(shard, outcome._replace(state=bare(outcome.state)))


def _true_in(masks: Outcome) -> list[str]:
    return [name for name, mask in named(masks).items() if mask.any()]


def _members(outcome: Outcome, count: int) -> list[Outcome]:
    return [outcome] if count == 1 else [jax.tree.map(lambda a, r=r: a[r], outcome) for r in range(count)]


def _keep(folder: Path, first: Any, second: Any) -> Path:
    """Write both outcomes, `numpy.load` reads them: arrays by path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, outcome in (("first", first), ("second", second)):
        np.savez(folder / f"{name}.npz", **named(unflattened(outcome)))
    return folder
