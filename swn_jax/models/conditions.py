"""What a model is given besides frames: generator and posterior read each frame with a condition beside it."""

from collections.abc import Callable

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.errors import SwnError
from swn_jax.models.arguments import checked
from swn_jax.models.base import clean, one_frame
from swn_jax.models.inputs import over_frames
from swn_jax.ops.alike import zeros_for
from swn_jax.ops.bounds import limited
from swn_jax.ops.masks import zero_padding
from swn_jax.ops.time import advance
from swn_jax.types import Batch, Carry, Model, Terms, Trace, Variables


def conditioned(make: Callable[..., Model], width: int) -> Callable[..., Model]:
    """A builder of models with a condition c of `width` numbers; that of models without one for 0.

    The network is that of frames of D + C numbers, its density of the D alone. With u_t = [x_{t-1}; c_t], which the
    generator reads, and [x_t; c_t], which the posterior sees, nothing of x_t is said before c_t is known.

    Args:
      make: builds a model for a width of frames and, as a keyword, a likelihood.
      width: C.
    Raises:
      SwnError: for a width below 0.
    """
    if width < 0:
        raise SwnError(f"condition={width}: wanted 0 or more")
    return make if width == 0 else lambda frame, **given: _conditioned(make, width, frame, **given)


def _conditioned(make: Callable[..., Model], width: int, frame: int, **given: object) -> Model:
    likelihood = make(frame, **given).likelihood

    def network(batch: Batch) -> Model:
        return make(frame + width, likelihood=over_frames(likelihood, batch))

    def terms(
        variables: Variables,
        batch: Batch,
        noise: Array,
        *,
        infer: bool = True,
        train: bool = False,
        axis: str | None = None,
        read: Float[Array, "B T D"] | None = None,
    ) -> tuple[Terms, Variables]:
        batch = clean(batch)
        wide, read = beside(batch, read)
        return network(batch).terms(variables, wide, noise, infer=infer, train=train, axis=axis, read=read)

    def trace(
        variables: Variables, batch: Batch, noise: Array, *, infer: bool = True, read: Array | None = None
    ) -> Trace:
        wide, read = beside(clean(batch), read)
        return inner.trace(variables, wide, noise, infer=infer, read=read)

    def carry(before: Array) -> Carry:
        return inner.carry(jnp.concatenate([before, zeros_for(before, width)], axis=-1))

    def step(
        variables: Variables, carry: Carry, x_prev: Array, noise: Array, *, condition: Array | None = None
    ) -> tuple[Carry, Array]:
        u = jnp.concatenate([x_prev, limited(jnp.asarray(condition))], axis=-1)
        return inner.step(variables, carry, u, noise)

    inner = network(one_frame(frame))  # for all that asks for no density
    return checked(Model(frame, inner.latents, likelihood, inner.init, terms, trace, carry, step, width))


def beside(batch: Batch, read: Float[Array, "B T D"] | None) -> tuple[Batch, Float[Array, "B T E"]]:
    """The batch with the condition beside each frame, and what is read: beside each frame the condition of the next."""
    given = per_frame(batch)
    first = jnp.pad(given, ((0, 0), (0, 1), (0, 0)))[:, 0]  # of no frames zeros, which nothing reads
    read = jnp.concatenate([batch.x if read is None else read, advance(given, 1)], axis=-1)
    x, before = jnp.concatenate([batch.x, given], axis=-1), jnp.concatenate([batch.before, first], axis=-1)
    return Batch(x, batch.mask, before), read


def per_frame(batch: Batch) -> Float[Array, "B T C"]:
    """The condition of each frame, zeros in the padding."""
    given = limited(jnp.asarray(batch.condition))
    if given.ndim == 2:
        given = jnp.broadcast_to(given[:, None], (*batch.mask.shape, given.shape[-1]))
    return zero_padding(given, batch.mask)
