"""Several runs in one program: states, metrics and batches with an axis of replicas, or without it for a single run.

A replica is the single run of its seed: its own first state, noise and batches, and equal to it up to rounding.
"""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from swn_jax.train.parallel import copy_state
from swn_jax.train.state import TrainState
from swn_jax.train.step import TrainStep
from swn_jax.types import Batch


def replicated(step: TrainStep) -> TrainStep:
    """The step of R replicas: a leading axis on state and metrics, and the second axis of the batches.

    Rows stay the first axis of a batch, so `compile_step` splits them over the devices as ever.
    """
    return jax.vmap(step, in_axes=(0, 1))


def join(states: Sequence[TrainState]) -> TrainState:
    """One state in buffers of its own: with a leading axis R, or a copy of a single one."""
    if len(states) == 1:
        return copy_state(states[0])
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)


def split(tree: Any, count: int) -> list[Any]:
    """The parts of a tree with a leading axis of `count` replicas; a single run has no such axis."""
    return [tree] if count == 1 else _unstacked(tree)


@jax.jit
def _unstacked(tree: Any) -> list[Any]:
    """All parts in one program for all leaves."""
    return [jax.tree.map(lambda leaf, r=r: leaf[r], tree) for r in range(len(jax.tree.leaves(tree)[0]))]


def join_batches(batches: Sequence[Batch]) -> Batch:
    """x [B, R, T, D], mask [B, R, T], before [B, R, D], shorter batches padded; of one batch that batch."""
    if len(batches) == 1:
        return batches[0]
    frames = max(batch.x.shape[1] for batch in batches)
    padded = []
    for x, mask, before in batches:
        more = (0, frames - x.shape[1])
        padded.append((np.pad(x, [(0, 0), more, (0, 0)]), np.pad(mask, [(0, 0), more]), before))
    columns = (np.stack(column, axis=1) for column in zip(*padded, strict=True))
    return Batch(*columns)  # type: ignore[arg-type]  # numpy till the device


def real_frames(batch: Batch) -> Float[np.ndarray, " R"]:
    """The real frames in the batch of each replica."""
    mask = np.asarray(batch.mask)
    return (mask if mask.ndim == 3 else mask[:, None]).sum((0, 2))
