"""Mixtures of diagonal Gaussians over a frame, with weights per coordinate or one set of weights per frame.

Letters in shapes: K components, D coordinates, W sets of weights, D of them or 1. With W = D each coordinate has a
mixture of its own; with W = 1 a component is a Gaussian over the whole frame, which makes the coordinates dependent.
"""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.dists import gaussian as normal


def log_prob(
    x: Float[Array, "*S D"],
    weight: Float[Array, "*S K W"],
    mean: Float[Array, "*S K D"],
    log_scale: Float[Array, "*S K D"],
) -> Float[Array, "*S"]:
    """The log-density of each frame, in nats.

    `sum_w log sum_k pi_kw prod_d N(x_d; m_kd, s_kd)`, d = w or all of D, with pi the softmax of `weight` over k.
    """
    parts = normal.log_prob(jnp.broadcast_to(x[..., None, :], mean.shape), mean, log_scale)
    if weight.shape[-1] == 1:
        parts = parts.sum(-1, keepdims=True)
    return jax.nn.logsumexp(jax.nn.log_softmax(weight, axis=-2) + parts, axis=-2).sum(-1)


def choose(
    key: Array, weight: Float[Array, "*S K W"], mean: Float[Array, "*S K D"], log_scale: Float[Array, "*S K D"],
    temperature: float | Float[Array, ""] = 1.0,
) -> tuple[Float[Array, "*S D"], Float[Array, "*S D"]]:  # fmt: skip
    """Mean and log-scale of a component that is sampled by its weight to the power of 1 / temperature."""
    sharp = jnp.maximum(temperature, 1e-3)  # towards 0 the likeliest component
    chosen = jax.random.categorical(key, weight / sharp, axis=-2)
    chosen = jnp.broadcast_to(chosen, (*mean.shape[:-2], mean.shape[-1]))[..., None, :]
    of_mean, of_scale = (jnp.take_along_axis(a, chosen, axis=-2)[..., 0, :] for a in (mean, log_scale))
    return of_mean, of_scale


def draw(
    key: Array, weight: Float[Array, "*S K W"], mean: Float[Array, "*S K D"], log_scale: Float[Array, "*S K D"],
    temperature: float | Float[Array, ""] = 1.0,
) -> Float[Array, "*S D"]:  # fmt: skip
    """Sample a component as `choose` does, then from it with scales times temperature."""
    key_weight, key_x = jax.random.split(key)
    mean, log_scale = choose(key_weight, weight, mean, log_scale, temperature)
    return normal.draw(mean, log_scale, temperature * jax.random.normal(key_x, mean.shape, mean.dtype))


def spread(mean: Float[Array, "*S K D"], width: int) -> Float[Array, "*S K D"]:
    """Set components apart by adding evenly spaced points on a line to their means, the outer ones 1 from its middle.

    Components that start equal have equal gradients and stay equal. These differ, and since they lie within one
    standard deviation of standardised data, none is so far from a frame that it gets no gradient.

    Args:
      mean: of all components.
      width: the coordinates that share a component, 1 or D; the line is the diagonal of their space.
    """
    line = jnp.linspace(-1.0, 1.0, mean.shape[-2], dtype=mean.dtype)[:, None] / math.sqrt(width)
    return mean + jnp.broadcast_to(line, mean.shape)
