"""What a model draws itself, read in training in place of what is true: it learns to go on from its own frames."""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from swn_jax.errors import SwnError
from swn_jax.sampling import draws
from swn_jax.types import Batch, Model, Variables

DRAWS = 2**32 - 3  # folded into the key, so that draws are not made of the noise that latent variables have


class OwnInputs(NamedTuple):
    """The share of the frames read that a model draws itself, which grows from 0."""

    share: float  # from 0 to 1
    steps: int  # after which it is reached


def with_own(
    own: OwnInputs, model: Model, variables: Variables, key: Array, step: Int[Array, ""], rows: Int[Array, " B"],
    batch: Batch, read: Float[Array, "B T D"],
) -> Float[Array, "B T D"]:  # fmt: skip
    """What is read, with some of its frames drawn by the model (parallel scheduled sampling, Duckworth et al. 2019).

    A first pass draws frames from their density given the true frames before them and z of the posterior, all at once;
    the second pass, whose bound is trained, reads these and is scored on the true ones. No gradient goes into the
    draws, which belong to the row of the global batch as other noise does. Raises SwnError for windows with a carry.
    """
    if batch.carry is not None:
        raise SwnError("found own inputs for windows that go on from others, wanted sequences of their own: leave "
                       "one of them out")  # fmt: skip
    key = jax.random.fold_in(jax.random.fold_in(key, DRAWS), step)
    variables, count = lax.stop_gradient(variables), math.ceil(own.share * batch.x.shape[1])
    grown = jnp.minimum(step / own.steps, 1.0) if own.steps else 1.0

    def row(number: Array, one: Batch, read: Array) -> Array:
        key_draw, key_place, key_own = jax.random.split(jax.random.fold_in(key, number), 3)
        places = jax.random.permutation(key_place, batch.x.shape[1])[:count]
        alone = jax.tree.map(lambda a: a[None], one)
        drawn = draws(model, variables, key_draw, alone, places)[0].astype(read.dtype)
        taken = jax.random.uniform(key_own, (count, 1)) < grown
        return read.at[places].set(jnp.where(taken, drawn, read[places]))

    return jax.vmap(row)(rows, batch, read)
