"""What a pen does after a point: it goes on, or lifts, or it ends the drawing too."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

ENDS = 2.0  # the state of the last point of a drawing; 1 lifts the pen, 0 goes on


class PenState(NamedTuple):
    """A law of the state, as functions of K logits."""

    size: int  # K
    log_prob: Callable[[Array, Array], Array]  # logits [..., K], states [...] -> [...], nats
    sample: Callable[[Array, Array, Array], Array]  # key, logits, the divisor of the logits -> states
    likeliest: Callable[[Array], Array]  # logits -> states


def _bit_log_prob(logits: Float[Array, "*S 1"], state: Float[Array, "*S"]) -> Float[Array, "*S"]:
    return state * logits[..., 0] - jax.nn.softplus(logits[..., 0])


def _bit_sample(key: Array, logits: Float[Array, "*S 1"], sharp: Float[Array, ""]) -> Float[Array, "*S"]:
    return jax.random.bernoulli(key, jax.nn.sigmoid(logits[..., 0] / sharp)).astype(logits.dtype)


def _bit_likeliest(logits: Float[Array, "*S 1"]) -> Float[Array, "*S"]:
    return (logits[..., 0] > 0).astype(logits.dtype)


def _of_three(logits: Float[Array, "*S 2"]) -> Float[Array, "*S 3"]:
    """The logit of going on is 0."""
    return jnp.concatenate([jnp.zeros_like(logits[..., :1]), logits], axis=-1)


def _three_log_prob(logits: Float[Array, "*S 2"], state: Float[Array, "*S"]) -> Float[Array, "*S"]:
    number = jnp.clip(jnp.round(state), 0, ENDS).astype(jnp.int32)[..., None]
    return jnp.take_along_axis(jax.nn.log_softmax(_of_three(logits)), number, axis=-1)[..., 0]


def _three_sample(key: Array, logits: Float[Array, "*S 2"], sharp: Float[Array, ""]) -> Float[Array, "*S"]:
    return jax.random.categorical(key, _of_three(logits) / sharp).astype(logits.dtype)


def _three_likeliest(logits: Float[Array, "*S 2"]) -> Float[Array, "*S"]:
    return jnp.argmax(_of_three(logits), axis=-1).astype(logits.dtype)


BIT = PenState(1, _bit_log_prob, _bit_sample, _bit_likeliest)
THREE = PenState(2, _three_log_prob, _three_sample, _three_likeliest)
