"""The network of a source-filter density: from the shape of the source before a sample to a mixture.

What it reads is divided by its own level, so that loudness comes from the model's state alone: sound that a model
makes from its own samples can then not grow by itself. Letters in shapes: U units, K components, J taps.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.dists.sample_mixture import affine, start
from swn_jax.ops.matmul import matmul
from swn_jax.types import Weights

LOUD = -0.3  # nats below the state's level, where the amplitude of what repeats ends
SHARP = 4.0  # how suddenly
QUIETER = -2.0  # nats, as far as a source quieter than the state says is told from others
CALM = 0.01  # of the scale of weights at the start: the last layer begins near zero
SPREAD, CENTRE, WIDTH = 1.0, -0.2, 0.5  # of the mixture at the start, as in `samplewise.network`


class Heard(NamedTuple):
    """What is heard before each sample, of the source in units of its own level."""

    own: Float[Array, "*S"]  # log of that level, nats
    around: Float[Array, "*S J"]  # about a period ago
    correlation: Float[Array, "*S"]  # of that period, from 0 to 1
    filtered: Float[Array, "*S U"]  # by the network's filters
    cycle: Float[Array, "*S P"]  # where in the cycle of a voice it is, P = 0 where no mark is told


def new_weights(key: Array, window: int, features: int, units: int, components: int) -> Weights:
    """Weights from normals with standard deviation 1 / sqrt(inputs); the last layer's output is near a constant."""
    keys = jax.random.split(key, 4)

    def normal(key: Array, *shape: int) -> Array:
        return jax.random.normal(key, shape, jnp.float32) / math.sqrt(shape[0])

    return {
        "source": normal(keys[0], window, units), "features": normal(keys[1], features + 4, units),
        "hidden": normal(keys[2], units, units), "hidden_bias": jnp.zeros(units, jnp.float32),
        "out": CALM * normal(keys[3], units, 3 * components), "out_bias": start(components, SPREAD, CENTRE, WIDTH),
    }  # fmt: skip


def mixture_of(
    weights: Weights, heard: Heard, log_level: Float[Array, "*S"], bias: Float[Array, "*S U"]
) -> tuple[Float[Array, "*S K"], Float[Array, "*S K"], Float[Array, "*S K"]]:
    """Logits, means in units of the amplitude, and log-scales over the level.

    `h = relu(A e / v + C f + c)`, `(m, s, w) = O relu(M h)`, with the state's bias c and the source e of the level v.

    Args:
      weights: as `new_weights` makes them.
      heard: what is known of the source.
      log_level: the state's, nats.
      bias: the state's.
    """
    quieter = jnp.clip(heard.own - log_level, QUIETER, 0.0)
    further = jnp.stack([jnp.ones_like(log_level), heard.correlation, quieter, log_level / 4], axis=-1)
    features = jnp.concatenate([heard.around, further, heard.cycle], axis=-1)
    h = jax.nn.relu(heard.filtered + matmul(features, weights["features"]) + bias)
    h = jax.nn.relu(affine(h, weights["hidden"], weights["hidden_bias"]))
    mean, log_scale, logit = jnp.split(affine(h, weights["out"], weights["out_bias"]), 3, axis=-1)
    return logit, mean, log_scale


def amplitude(own: Float[Array, "..."], log_level: Float[Array, "..."]) -> Float[Array, "..."]:
    """`(v^-4 + (0.74 s)^-4)^(-1/4)`, of means: the source's own level v, as far as the level s allows."""
    return jnp.exp(-jnp.logaddexp(-SHARP * own, -SHARP * (log_level + LOUD)) / SHARP)
