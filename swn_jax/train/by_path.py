"""Rates of their own for some parameters, chosen by patterns of their paths; a rate of 0 freezes them."""

import math
import re
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from swn_jax.errors import SwnError
from swn_jax.train.flat import LANES, Flat, Layout, named


def by_path(tx: optax.GradientTransformation, factors: Mapping[str, float]) -> optax.GradientTransformation:
    """An optimizer of `Flat` parameters, with a factor on the updates of those whose path matches a pattern.

    Frozen parameters, those with the factor 0, keep their bits; their gradients count in no clip and no moment. The
    state is that of `tx`.

    Args:
      tx: the optimizer.
      factors: by regular expressions for whole paths, as `causal_0/.*`; of several that match the last one counts.
    Raises:
      SwnError: in `init`, for a pattern that is no regular expression or matches no path, and where all are frozen.
    """

    def init(params: Flat) -> Any:
        if not any(factors_by_name(params.layout, factors).values()):
            raise SwnError(f"{list(factors)} freeze all parameters, so that none is trained: let some of them be free")
        return tx.init(params)

    def update(grads: Flat, state: Any, params: Flat | None = None) -> tuple[Flat, Any]:
        factor = spread(grads.layout, list(factors_by_name(grads.layout, factors).values()))
        grads = jax.tree.map(lambda f, g: jnp.where(f == 0, 0.0, g), factor, grads)
        updates, state = tx.update(grads, state, params)
        return jax.tree.map(lambda f, u: jnp.where(f == 0, 0.0, f * u), factor, updates), state

    return optax.GradientTransformation(init, update)


def factors_by_name(layout: Layout, factors: Mapping[str, float]) -> dict[str, float]:
    """The factor of each parameter by its path, 1 for those that no pattern matches."""
    names = list(named(jax.tree.unflatten(layout.structure, range(len(layout.leaves)))))
    found = dict.fromkeys(names, 1.0)
    for pattern, factor in factors.items():
        try:
            matched = [name for name in names if re.fullmatch(pattern, name)]
        except re.error as error:
            raise SwnError(f"{pattern!r} is no regular expression ({error}): wanted one, as 'causal_0/.*'") from None
        if not matched:
            heads = sorted({name.split("/")[0] for name in names})
            raise SwnError(f"{pattern!r} matches no parameter: paths begin with {', '.join(heads)}, as {names[0]}")
        found |= dict.fromkeys(matched, factor)
    return found


def spread(layout: Layout, factors: list[float]) -> Flat:
    """A factor for each row of the matrices, which begin on a row each, and for each number of the vectors."""
    sizes = [(len(shape) > 1, math.prod(shape)) for shape, _ in layout.leaves]
    rows = [
        np.full((-(-size // LANES), 1), f, np.float32) for (many, size), f in zip(sizes, factors, strict=True) if many
    ]
    numbers = [np.full(size, f, np.float32) for (many, size), f in zip(sizes, factors, strict=True) if not many]
    none = np.zeros((0, 1), np.float32)
    return Flat(np.concatenate([none, *rows]), np.concatenate([none[:, 0], *numbers]), layout)
