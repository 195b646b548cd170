"""The mixture of diagonal Gaussians over a frame, its weights for each coordinate apart or one set for the frame.

Letters in shapes: K components, D coordinates, W sets of weights, D of them or 1. W = D mixes each coordinate by
itself; with W = 1 a component is a Gaussian of the whole frame, and the coordinates depend on each other through it.
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
    """`sum_w log sum_k pi_kw prod_d N(x_d; m_kd, s_kd)`, d = w or all of D, with pi the softmax of `weight` over k."""
    parts = normal.log_prob(jnp.broadcast_to(x[..., None, :], mean.shape), mean, log_scale)
    if weight.shape[-1] == 1:
        parts = parts.sum(-1, keepdims=True)
    return jax.nn.logsumexp(jax.nn.log_softmax(weight, axis=-2) + parts, axis=-2).sum(-1)


def draw(
    key: Array, weight: Float[Array, "*S K W"], mean: Float[Array, "*S K D"], log_scale: Float[Array, "*S K D"],
    temperature: float | Float[Array, ""] = 1.0,
) -> Float[Array, "*S D"]:  # fmt: skip
    """A component by its weight to the power of 1 / temperature, then a draw from it with its scales times that."""
    key_weight, key_x = jax.random.split(key)
    sharp = jnp.maximum(temperature, 1e-3)  # towards 0 the likeliest component
    chosen = jax.random.categorical(key_weight, weight / sharp, axis=-2)
    chosen = jnp.broadcast_to(chosen, (*mean.shape[:-2], mean.shape[-1]))[..., None, :]
    mean, log_scale = (jnp.take_along_axis(a, chosen, axis=-2)[..., 0, :] for a in (mean, log_scale))
    return normal.draw(mean, log_scale, temperature * jax.random.normal(key_x, mean.shape, mean.dtype))


def spread(mean: Float[Array, "*S K D"], width: int) -> Float[Array, "*S K D"]:
    """The means with the components set apart: evenly on a line, the outer ones at a distance of 1 from the middle.

    Components that start alike have the same gradients and stay alike for ever. These differ, and since they
    lie within one standard deviation of standardised data, none is so far from a frame that it gets no share.

    Args:
      mean: of all components.
      width: coordinates that a component holds together, 1 or D; the line is the diagonal of their space.
    """
    line = jnp.linspace(-1.0, 1.0, mean.shape[-2], dtype=mean.dtype)[:, None] / math.sqrt(width)
    return mean + jnp.broadcast_to(line, mean.shape)
