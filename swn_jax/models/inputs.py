"""A model whose networks read fixed features of each frame in its place. Its density is of the frame always."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.models.arguments import checked
from swn_jax.models.frames import clean, clean_read, one_frame, with_following
from swn_jax.models.reading import Features
from swn_jax.ops.time import frames_before
from swn_jax.types import Batch, Carry, Likelihood, Model, Terms, Trace, Variables, Weights


def with_features(features: Features, make: Callable[..., Model], frame: int) -> Model:
    """A model whose networks, of generator and of posterior, read the features of frames in their place.

    Args:
      features: from which x can be told.
      make: builds the model for a width of frames and, as a keyword, a likelihood.
      frame: D, the width of a frame.
    Raises:
      SwnError: for a width that the features are not for.
    """
    likelihood, count = make(frame).likelihood, features.memory(frame)
    width = jax.eval_shape(features.of, jnp.zeros((1, 1, frame)), jnp.zeros((1, count, frame))).shape[-1]

    def network(batch: Batch) -> Model:
        return make(width, likelihood=over_frames(likelihood, batch))

    def none_before(before: Array) -> Array:
        return jnp.zeros_like(jnp.broadcast_to(before[:, None], (before.shape[0], count, frame)))

    def of_first(before: Array, earlier: Array) -> Array:
        return features.of(before[:, None], earlier)[:, 0]

    def earlier(batch: Batch) -> Array:
        return none_before(batch.before) if batch.carry is None else batch.carry[1]

    def of_frames(x: Array, batch: Batch) -> Array:
        return features.of(x, features.kept(batch.before[:, None], earlier(batch)))

    def seen(batch: Batch) -> Batch:
        frames, x = batch.x.shape[1], of_frames(with_following(batch)[0], batch)
        following = None if batch.following is None else batch.following._replace(x=x[:, frames:])
        before, own = of_first(batch.before, earlier(batch)), None if batch.carry is None else batch.carry[0]
        return batch._replace(x=x[:, :frames], before=before, carry=own, past=None, following=following)

    def also_read(read: Array | None, batch: Batch) -> Array | None:
        if read is None:
            return None
        first = of_first(read[:, 0], earlier(batch))
        return jnp.concatenate([first[:, None], of_frames(read[:, 1:], batch._replace(before=read[:, 0]))], axis=1)

    def carried(own: Carry, batch: Batch, read: Array | None) -> Carry:
        last = jnp.concatenate([batch.before[:, None], batch.x], axis=1) if read is None else read
        return own, features.kept(last[:, : batch.x.shape[1]], earlier(batch))  # but the last, which comes next

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
        read = clean_read(read, batch)
        own, extra = network(batch).terms(
            variables, seen(batch), noise, infer=infer, train=train, axis=axis, read=also_read(read, batch)
        )
        return own if batch.carry is None else own._replace(carry=carried(own.carry, batch, read)), extra

    def trace(
        variables: Variables, batch: Batch, noise: Array, *, infer: bool = True, read: Array | None = None
    ) -> Trace:
        batch = clean(batch)
        read = clean_read(read, batch)
        found = inner.trace(variables, seen(batch), noise, infer=infer, read=also_read(read, batch))
        return found._replace(carry=carried(found.carry, batch, read))

    def carry(before: Array) -> Carry:
        return inner.carry(of_first(before, none_before(before))), none_before(before)

    def step(
        variables: Variables, carry: Carry, x_prev: Array, noise: Array, *, condition: Array | None = None,
        read: Array | None = None,
    ) -> tuple[Carry, Array]:  # fmt: skip
        own, past = carry
        seen, u = of_first(x_prev, past), None if read is None else of_first(read, past)
        own, params = inner.step(variables, own, seen, noise, condition=condition, read=u)
        last = x_prev if read is None else read
        return (own, features.kept(last[:, None], past)), params

    inner = network(one_frame(frame))  # for all that asks for no density
    given = inner.condition, inner.lookahead
    return checked(Model(frame, inner.latents, likelihood, inner.init, terms, trace, carry, step, *given))


def over_frames(likelihood: Likelihood, batch: Batch) -> Likelihood:
    """The likelihood of the frames of this batch, for a network that is given features of them in their place."""
    frame = batch.before.shape[-1]
    before = frames_before(batch.before, likelihood.memory(frame), batch.past)

    def log_prob(
        weights: Weights, params: Float[Array, "B T P"], x: Float[Array, "B T F"], past: Float[Array, "B 1 F"]
    ) -> Float[Array, "B T"]:
        return likelihood.log_prob(weights, params, batch.x, before)

    def at_floor(
        weights: Weights, params: Float[Array, "B T P"], x: Float[Array, "B T F"], past: Float[Array, "B 1 F"]
    ) -> Bool[Array, "B T"]:
        return likelihood.at_floor(weights, params, batch.x, before)

    return likelihood._replace(
        size=lambda width: likelihood.size(frame),
        log_prob=log_prob,
        at_floor=at_floor,
        init=lambda key, width: likelihood.init(key, frame),
        memory=lambda width: 1,
    )
