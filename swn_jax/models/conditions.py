"""What a model is given besides frames: generator and posterior read each frame with a condition beside it."""

from collections.abc import Callable

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.errors import SwnError
from swn_jax.models.arguments import checked
from swn_jax.models.frames import clean, one_frame, with_following
from swn_jax.models.inputs import over_frames
from swn_jax.ops.alike import zeros_for
from swn_jax.ops.bounds import limited
from swn_jax.ops.masks import zero_padding
from swn_jax.ops.time import advance
from swn_jax.types import Batch, Carry, Likelihood, Model, Terms, Trace, Variables, Weights


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
        density = over_frames(likelihood, batch)
        return make(frame + width, likelihood=telling(density, batch) if density.told else density)

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
        wide, read, last = beside(batch, read)
        own, extra = network(batch).terms(variables, wide, noise, infer=infer, train=train, axis=axis, read=read)
        return own if batch.carry is None else own._replace(carry=(own.carry, last)), extra

    def trace(
        variables: Variables, batch: Batch, noise: Array, *, infer: bool = True, read: Array | None = None
    ) -> Trace:
        batch = clean(batch)
        wide, read, last = beside(batch, read)
        found = inner.trace(variables, wide, noise, infer=infer, read=read)
        params = with_told(likelihood, found.params, per_frame(batch))
        return found._replace(params=params, carry=(found.carry, last))

    def carry(before: Array) -> Carry:
        none = zeros_for(before, width)
        return inner.carry(jnp.concatenate([before, none], axis=-1)), none

    def step(
        variables: Variables, carry: Carry, x_prev: Array, noise: Array, *, condition: Array | None = None,
        read: Array | None = None,
    ) -> tuple[Carry, Array]:  # fmt: skip
        (own, last), given = carry, limited(jnp.asarray(condition))
        u = jnp.concatenate([x_prev if read is None else read, given], axis=-1)
        own, params = inner.step(variables, own, jnp.concatenate([x_prev, last], axis=-1), noise, read=u)
        return (own, given), with_told(likelihood, params, given)

    none = zeros_for(one_frame(frame).before, width)
    inner = network(one_frame(frame)._replace(condition=none))  # for all that asks for no density
    own = inner.latents, likelihood, inner.init
    return checked(Model(frame, *own, terms, trace, carry, step, width, inner.lookahead))


def with_told(
    likelihood: Likelihood, params: Float[Array, "*B P"], given: Float[Array, "*B C"]
) -> Float[Array, "*B E"]:
    """The parameters of frames, and what their density is told of the condition: its last numbers."""
    return jnp.concatenate([params, given[..., -likelihood.told :]], axis=-1) if likelihood.told else params


def telling(likelihood: Likelihood, batch: Batch) -> Likelihood:
    """The likelihood of the frames of this batch for a network that does not emit what the density is told."""
    given = per_frame(batch)

    def log_prob(weights: Weights, params: Array, x: Array, past: Array) -> Float[Array, "B T"]:
        return likelihood.log_prob(weights, with_told(likelihood, params, given), x, past)

    def at_floor(weights: Weights, params: Array, x: Array, past: Array) -> Bool[Array, "B T"]:
        return likelihood.at_floor(weights, with_told(likelihood, params, given), x, past)

    def size(width: int) -> int:
        return likelihood.size(width) - likelihood.told

    return likelihood._replace(size=size, log_prob=log_prob, at_floor=at_floor, told=0)


def beside(
    batch: Batch, read: Float[Array, "B L D"] | None
) -> tuple[Batch, Float[Array, "B L E"], Float[Array, "B C"]]:
    """The batch with the condition beside each frame, what is read, and the last condition.

    What is read has beside each frame the condition of the next. The frame before a recording has zeros beside it.
    """
    x, frames, parts = with_following(batch)[0], batch.x.shape[1], [per_frame(batch)]
    own, last = (None, zeros_for(x, parts[0].shape[-1])) if batch.carry is None else batch.carry
    if batch.following is not None:
        parts.append(per_frame(batch.following))
    x = jnp.concatenate([batch.before[:, None], x], axis=1)
    given = jnp.concatenate([last[:, None], *parts], axis=1)
    wide = jnp.concatenate([x, given], axis=-1)
    u = jnp.concatenate([x if read is None else read, advance(given, 1)], axis=-1)
    before, following = wide[:, 0], None
    if batch.following is not None:
        following = Batch(wide[:, frames + 1 :], batch.following.mask, before)
    end = given[:, frames : frames + 1][:, 0]  # a slice, since in a release the number of frames is a symbol
    return Batch(wide[:, 1 : frames + 1], batch.mask, before, None, own, None, following), u, end


def per_frame(batch: Batch) -> Float[Array, "B T C"]:
    """The condition of each frame, zeros in the padding."""
    given = limited(jnp.asarray(batch.condition))
    if given.ndim == 2:
        given = jnp.broadcast_to(given[:, None], (*batch.mask.shape, given.shape[-1]))
    return zero_padding(given, batch.mask)
