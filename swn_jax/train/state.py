"""Everything that training carries from one step to the next."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Int

from swn_jax.anneal import Anneal, AnnealState
from swn_jax.train.average import average_of
from swn_jax.train.flat import Flat, flatten
from swn_jax.train.lanes import first_lanes
from swn_jax.types import Carry, Model, Variables


class TrainState(NamedTuple):
    """The complete state of a run at one step, as saved in a checkpoint."""

    step: Int[Array, ""]  # steps taken
    params: Flat
    extra: Any  # running statistics of a batch norm, by collection; usually empty
    opt: Any  # of the optimizer, its moments laid out as the parameters
    anneal: AnnealState
    key: Array  # of the noise; never changes
    skipped: Int[Array, ""]  # updates left out because of a non-finite loss or gradient
    in_a_row: Int[Array, ""]  # the last ones of them, without one good update between
    lanes: Carry | None = None  # what each row of the next batch goes on from, in training on consecutive windows


def init_state(
    model: Model,
    tx: optax.GradientTransformation,
    anneal: Anneal,
    seed: int,
    start: Callable[[Variables], Variables] = lambda own: own,
    lanes: int = 0,
) -> TrainState:
    """The state before the first step; `start` may put trained variables in place of the model's initial ones.

    With `lanes`, the rows of a batch, it is for training on consecutive windows.
    """
    key_params, key_noise = jax.random.split(jax.random.key(seed))
    extra = dict(start(model.init(key_params)))
    params = flatten(extra.pop("params"))
    zeros = [jnp.zeros((), jnp.int32) for _ in range(3)]  # three buffers: a donated one must not serve twice
    carries = first_lanes(model, lanes) if lanes else None
    own = params, extra, tx.init(params), anneal.init(), key_noise
    return TrainState(zeros[0], *own, zeros[1], zeros[2], carries)


def evaluated(state: TrainState) -> Variables:
    """The variables that are evaluated, sampled and released: averaged parameters where the optimizer keeps some."""
    return variables_of(state._replace(params=average_of(state.opt, state.params)))


def variables_of(state: TrainState) -> Variables:
    """The variables that a model's functions take."""
    return {"params": jax.jit(Flat.tree)(state.params), **state.extra}
