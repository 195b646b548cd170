"""Several seeds in one program: states, metrics and batches get a replica axis; a single run has none.

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
from swn_jax.train.stretches import of_frames
from swn_jax.types import Batch


def replicated(step: TrainStep) -> TrainStep:
    """Map the step over R replicas: the leading axis of state and metrics, the second axis of the batches.

    Rows stay the first axis of a batch, so `compile_step` splits them over the devices as ever.
    """
    return jax.vmap(step, in_axes=(0, 1))


def join(states: Sequence[TrainState]) -> TrainState:
    """Stack states on a leading axis R; a single state is only copied."""
    if len(states) == 1:
        return copy_state(states[0])
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)


def split(tree: Any, count: int) -> list[Any]:
    """Undo `join`: the parts of a tree with a leading axis of `count` replicas, or the tree of a single run."""
    return [tree] if count == 1 else _unstacked(tree)


@jax.jit
def _unstacked(tree: Any) -> list[Any]:
    """Unstack all leaves in one program."""
    return [jax.tree.map(lambda leaf, r=r: leaf[r], tree) for r in range(len(jax.tree.leaves(tree)[0]))]


def join_batches(batches: Sequence[Batch]) -> Batch:
    """Stack batches to x [B, R, T, D] and the like, padding shorter ones; a single batch stays as it is."""
    if len(batches) == 1:
        return batches[0]
    frames = max(batch.x.shape[1] for batch in batches)
    padded = [of_frames(batch, slice(None), frames) for batch in batches]
    return jax.tree.map(lambda *parts: np.stack(parts, axis=1), *padded)


def real_frames(batch: Batch) -> Float[np.ndarray, " R"]:
    """Count the real frames in the batch of each replica."""
    mask = np.asarray(batch.mask)
    return (mask if mask.ndim == 3 else mask[:, None]).sum((0, 2))
