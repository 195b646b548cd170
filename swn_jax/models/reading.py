"""What a network reads of each frame: the frame itself, or fixed features of it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.models.frames import clean
from swn_jax.models.line import added, begun, line
from swn_jax.models.periodicity import memory, periodicity
from swn_jax.ops.features import features
from swn_jax.types import Batch


def latest(x: Float[Array, "B T D"], past: Float[Array, "B M D"]) -> Float[Array, "B M D"]:
    """The last M of the frames x and those before."""
    return jnp.concatenate([past, x], axis=1)[:, x.shape[1] :]


class Features(NamedTuple):
    """What is read of each frame x [B, T, D], given what is kept of those before it [B, M, D]; as wide for any x."""

    of: Callable[[Any, Any], Any]  # x, past -> [B, T, F]
    memory: Callable[[int], int]  # from D to M, zeros before the first frame
    kept: Callable[[Any, Any], Any] = latest  # x, past -> what is kept after x: the last M frames, if nothing else


def voice(x: Float[Array, "B T D"], past: Float[Array, "B M D"]) -> Float[Array, "B T F"]:
    """The features of each frame, and how much it repeats what lay a period before."""
    return jnp.concatenate([features(x), periodicity(x, past)], axis=-1)


INPUTS: dict[str, Features | None] = {
    "frame": None,
    "features": Features(lambda x, past: features(x), lambda width: 0),
    "voice": Features(voice, memory),
    "line": Features(line, begun, added),
}


def as_read(inputs: str, batch: Batch) -> Batch:
    """Sequences from their start with what is read of each frame in its place, by a name of `INPUTS`."""
    if (read := INPUTS[inputs]) is None:
        return batch
    batch = clean(batch)
    before = batch.before[:, None]
    none = jnp.zeros((len(before), read.memory(before.shape[-1]), before.shape[-1]), before.dtype)
    return batch._replace(x=read.of(batch.x, read.kept(before, none)), before=read.of(before, none)[:, 0])
