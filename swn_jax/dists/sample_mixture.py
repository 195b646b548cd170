"""A mixture for each sample of sound, of one law: its density, draws from it, and its start in a network.

Letters in shapes: K components.
"""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from swn_jax.dists.laws import Law
from swn_jax.ops.matmul import matmul


class Mixtures(NamedTuple):
    """What is scored of each sample, and its mixture."""

    x: Float[Array, "..."]
    logit: Float[Array, "... K"]
    mean: Float[Array, "... K"]
    log_scale: Float[Array, "... K"]


def start(components: int, spread: float, centre: float, width: float) -> Float[Array, " _"]:
    """Means of 0, log-scales evenly from -spread to spread, and the logits of a normal over these.

    Together they are about a normal whose scale is lognormal, as that of sound over its running level is.
    """
    scales = jnp.linspace(-spread, spread, components, dtype=jnp.float32)
    return jnp.concatenate([jnp.zeros_like(scales), scales, -0.5 * ((scales - centre) / width) ** 2])


def affine(x: Float[Array, "*S I"], kernel: Float[Array, "I O"], bias: Float[Array, " O"]) -> Float[Array, "*S O"]:
    """`x @ kernel + bias`."""
    out = matmul(x, kernel)
    return out + jnp.broadcast_to(bias, out.shape)


def log_density(
    law: Law, x: Float[Array, "..."], logit: Float[Array, "... K"], mean: Float[Array, "... K"],
    log_scale: Float[Array, "... K"],
) -> Float[Array, "..."]:  # fmt: skip
    """`log sum_k w_k p((x - m_k) / s_k) / s_k` with the law p of the components, in nats."""
    weight = jax.nn.log_softmax(logit)
    # one by one: a compiler then makes one loop of them all, and no array with an axis of components in memory
    parts = [
        weight[..., k] - log_scale[..., k] + law.log_prob((x - mean[..., k]) * jnp.exp(-log_scale[..., k]))
        for k in range(logit.shape[-1])
    ]
    top = lax.stop_gradient(functools.reduce(jnp.maximum, parts))
    return top + jnp.log(sum(jnp.exp(part - top) for part in parts))


def draw(
    law: Law, key: Array, logit: Float[Array, "*S K"], mean: Float[Array, "*S K"], log_scale: Float[Array, "*S K"],
    temperature: float | Float[Array, ""],
) -> Float[Array, "*S"]:  # fmt: skip
    """Sample a component by its weight to the power of 1 / temperature, then from it with its scale times it."""
    key_k, key_x = jax.random.split(key)
    chosen = jax.random.categorical(key_k, logit / jnp.maximum(temperature, 1e-3))[..., None]
    mean, log_scale = (jnp.take_along_axis(a, chosen, axis=-1)[..., 0] for a in (mean, log_scale))
    return mean + temperature * jnp.exp(log_scale) * law.draw(key_x, mean.shape, mean.dtype)
