"""Averages of the parameters, which are evaluated in place of the last ones; they lie in the optimizer's state."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Int
from optax import contrib


class Averaged(NamedTuple):
    """The state of an optimizer, and the exponential moving average of the parameters that it has made."""

    inner: Any
    mean: Any  # laid out as the parameters
    updates: Int[Array, ""]  # so far


def averaged(tx: optax.GradientTransformation, decay: float) -> optax.GradientTransformation:
    """An optimizer that keeps `mean = d mean + (1 - d) params` after its t-th update, `d = min(decay, (1+t) / (10+t))`.

    The smaller d of the first updates lets the average forget where the training began.
    """

    def init(params: Any) -> Averaged:
        return Averaged(tx.init(params), jax.tree.map(jnp.copy, params), jnp.zeros((), jnp.int32))

    def update(grads: Any, state: Averaged, params: Any = None) -> tuple[Any, Averaged]:
        updates, inner = tx.update(grads, state.inner, params)
        count = state.updates + 1
        d = jnp.minimum(decay, (1 + count) / (10 + count))
        new = optax.apply_updates(params, updates)
        return updates, Averaged(inner, jax.tree.map(lambda m, p: d * m + (1 - d) * p, state.mean, new), count)

    return optax.GradientTransformation(init, update)


def average_of(opt: Any, params: Any) -> Any:
    """The average that an optimizer's state holds, its own or that of schedule-free; without one the parameters."""
    for part in jax.tree.leaves(opt, is_leaf=_holds_average):
        if isinstance(part, Averaged):
            return part.mean
        if isinstance(part, contrib.ScheduleFreeState):
            return contrib.schedule_free_eval_params(part, params)
    return params


def _holds_average(part: Any) -> bool:
    return isinstance(part, Averaged | contrib.ScheduleFreeState)
