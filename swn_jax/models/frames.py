"""The frames that networks see: of finite size, with zeros in the padding, and with those that follow a stretch."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.ops.bounds import limited
from swn_jax.ops.masks import zero_padding
from swn_jax.types import Batch


def clean(batch: Batch) -> Batch:
    """The batch with frames of finite size, and zeros in the padding."""
    following = None if batch.following is None else clean(batch.following)
    past = None if batch.past is None else limited(batch.past)
    x = zero_padding(limited(batch.x), batch.mask)
    return batch._replace(x=x, before=limited(batch.before), past=past, following=following)


def clean_read(read: Float[Array, "B L D"] | None, batch: Batch) -> Float[Array, "B L D"] | None:
    """What is read in place of the frame before and all others, as `clean` makes these."""
    if read is None:
        return None
    return zero_padding(limited(read), jnp.pad(with_following(batch)[1], ((0, 0), (1, 0)), constant_values=1))


def one_frame(frame: int) -> Batch:
    """A batch of zeros, one sequence of one frame: enough to give the parameters their shapes."""
    x = jnp.zeros((1, 1, frame), jnp.float32)
    return Batch(x, jnp.ones_like(x[..., 0]), x[:, 0])


def with_following(batch: Batch) -> tuple[Float[Array, "B L D"], Float[Array, "B L"]]:
    """The frames of a stretch and those that follow it, and their mask."""
    if batch.following is None:
        return batch.x, batch.mask
    x, mask = (batch.x, batch.following.x), (batch.mask, batch.following.mask)
    return jnp.concatenate(x, axis=1), jnp.concatenate(mask, axis=1)
