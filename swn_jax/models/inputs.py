"""What a network reads of each frame: the frame itself, or fixed features of it. Its density is of the frame always."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from swn_jax.models.arguments import checked
from swn_jax.models.base import clean, one_frame
from swn_jax.ops.bounds import limited
from swn_jax.ops.features import features
from swn_jax.ops.masks import zero_padding
from swn_jax.ops.time import frames_before
from swn_jax.types import Batch, Carry, Likelihood, Model, Terms, Trace, Variables, Weights

Features = Callable[[Any], Any]  # pure, [..., D] -> [..., F]
INPUTS: dict[str, Features | None] = {"frame": None, "features": features}


def with_features(features: Features, make: Callable[..., Model], frame: int) -> Model:
    """A model whose networks, of generator and of posterior, read the features of frames in their place.

    Args:
      features: `x [..., D] -> [..., F]`, from which x can be told.
      make: builds the model for a width of frames and, as a keyword, a likelihood.
      frame: D, the width of a frame.
    Raises:
      SwnError: for a width that the features are not for.
    """
    likelihood = make(frame).likelihood
    (width,) = jax.eval_shape(features, jnp.zeros(frame)).shape

    def network(batch: Batch) -> Model:
        return make(width, likelihood=over_frames(likelihood, batch))

    def seen(batch: Batch) -> Batch:
        return Batch(features(batch.x), batch.mask, features(batch.before))

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
        read = None if read is None else features(zero_padding(limited(read), batch.mask))
        return network(batch).terms(variables, seen(batch), noise, infer=infer, train=train, axis=axis, read=read)

    def trace(variables: Variables, batch: Batch, noise: Array, *, infer: bool = True) -> Trace:
        return inner.trace(variables, seen(clean(batch)), noise, infer=infer)

    def carry(before: Array) -> Carry:
        return inner.carry(features(before))

    def step(variables: Variables, carry: Carry, x_prev: Array, noise: Array) -> tuple[Carry, Array]:
        return inner.step(variables, carry, features(x_prev), noise)

    inner = network(one_frame(frame))  # for all that asks for no density
    return checked(Model(frame, inner.latents, likelihood, inner.init, terms, trace, carry, step))


def over_frames(likelihood: Likelihood, batch: Batch) -> Likelihood:
    """The likelihood of the frames of this batch, for a network that is given features of them in their place."""
    frame = batch.before.shape[-1]
    before = frames_before(batch.before, likelihood.memory(frame))

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
