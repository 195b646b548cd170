"""The small causal network of a samplewise density: from what is known of a sample to a mixture.

Level and shape come apart: residuals are divided by their running level, which makes the network indifferent to
loudness and keeps what it reads bounded when it runs on its own samples; the level goes in as a logarithm.
Letters in shapes: U units, K components, F features, W samples of the past residual.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.dists.sample_mixture import affine, start
from swn_jax.ops.matmul import matmul
from swn_jax.types import Weights

SIGNAL = 16  # samples of the past signal that are read
RECENT = 16  # of the past residual that the frame's own filter weighs
GENTLE = 0.1  # of what the head emits for filters and scale: it begins near none
LOUDEST = 0.5  # log level that residuals of standardised speech stay below: what it makes itself grows no further
TINY = 1e-8  # power added to running powers, squared standardised units: a level of 1e-4
VOICED = 0.6  # correlation above which a period counts in the prediction
MIDDLE, PITCH_GAIN = 3, 0.7  # taps whose mean it is, and the share of the gain: less than that of what is smoothed
SPREAD = 1.3  # log-scales of the components at the start lie between -SPREAD and SPREAD
CENTRE, WIDTH = -0.2, 0.5  # of the normal that their weights follow at the start, as residuals over levels do
LIMIT = 4.0  # of the residual a period ago, in units of the level: pulses are ten times as high
CALM = 0.01  # of the scale of weights at the start: the last layer begins near zero


class Seen(NamedTuple):
    """What the network reads at each sample, in units of the residual's level."""

    log_level: Float[Array, "*S"]  # of the residual, which what is read is divided by
    log_scale: Float[Array, "*S"]  # the same but bounded, which what comes out is multiplied by
    mean: Float[Array, "*S"]  # of the residual a period ago, as far as it is periodic
    features: Float[Array, "*S F"]
    recent: Float[Array, "*S R"]  # the newest residuals, newest first
    around: Float[Array, "*S J"]  # those about a period ago
    signal_level: Float[Array, "*S"]


def parameters(units: int, taps: int) -> int:
    """P: a bias per unit, a log-scale, and the weights of recent residuals and of those a period ago."""
    return units + 1 + RECENT + taps


def seen(power: Array, signal_power: Array, taps: Array, gain: Array, correlation: Array, recent: Array) -> Seen:
    """Levels and features from what is known at each sample; shapes as in `Known`, recent residuals newest first."""
    logs = 0.5 * jnp.log(power + TINY)
    log_level = logs.mean(-1)
    log_scale = jnp.minimum(log_level, LOUDEST)
    log_signal = 0.5 * jnp.log(signal_power[..., 0] + TINY)
    around = LIMIT * jnp.tanh(taps * jnp.exp(-log_level)[..., None] / LIMIT)
    features = [
        logs - log_level[..., None],
        (log_scale / 4)[..., None],
        (log_signal - log_level)[..., None],
        around,
        around * correlation[..., None],
        jnp.stack([jnp.ones_like(gain), correlation, correlation * jnp.tanh(gain)], axis=-1),
    ]
    periodic = PITCH_GAIN * jnp.minimum(gain, 1.0) * (correlation > VOICED)
    middle = taps[..., (taps.shape[-1] - MIDDLE) // 2 :][..., :MIDDLE].sum(-1) / MIDDLE
    mean = periodic * middle * jnp.exp(-log_level)
    recent = recent * jnp.exp(-log_level)[..., None]
    return Seen(log_level, log_scale, mean, jnp.concatenate(features, axis=-1), recent, around, jnp.exp(log_signal))


def new_weights(key: Array, window: int, features: int, units: int, components: int) -> Weights:
    """Weights from normals with standard deviation 1 / sqrt(inputs); the last layer's output is near a constant."""
    keys = jax.random.split(key, 5)

    def normal(key: Array, *shape: int) -> Array:
        return jax.random.normal(key, shape, jnp.float32) / math.sqrt(shape[0])

    return {
        "residual": normal(keys[0], window, units), "signal": normal(keys[1], SIGNAL, units),
        "features": normal(keys[2], features, units), "hidden": normal(keys[3], units, units),
        "hidden_bias": jnp.zeros(units, jnp.float32), "out": CALM * normal(keys[4], units, 3 * components),
        "out_bias": start(components, SPREAD, CENTRE, WIDTH),
    }  # fmt: skip


def mixture_of(
    weights: Weights, from_residual: Array, from_signal: Array, seen: Seen, condition: Array
) -> tuple[Float[Array, "*S K"], Float[Array, "*S K"], Float[Array, "*S K"]]:
    """Logits, means and log-scales of the residual, from the filtered past and the state of the frame.

    `h = relu(A e / v + B x / v_x + C f + c_t)`, `(m, s, w) = O relu(M h)`, means `v (m_0 + m + b_t' r)`, scales
    `v e^(s + g_t)`: the frame's state c_t, g_t, b_t is bias, scale, and a filter over recent samples r and those a
    period ago, by which it shapes spectrum and voicing.

    Args:
      weights: as `new_weights` makes them.
      from_residual: A e, the filters over the past residual [..., U].
      from_signal: B x, those over the past signal [..., U].
      seen: levels and features.
      condition: what the model's head emits for the frame [..., P]; the filter's weights lie between -1 and 1.
    """
    units = len(weights["hidden"])
    bias, gentle = condition[..., :units], GENTLE * condition[..., units:]
    near = jnp.concatenate([seen.recent, seen.around], axis=-1)
    own = seen.mean + (jnp.tanh(gentle[..., 1:]) * near).sum(-1)
    h = from_residual * jnp.exp(-seen.log_level)[..., None] + from_signal / seen.signal_level[..., None]
    h = jax.nn.relu(h + matmul(seen.features, weights["features"]) + bias)
    h = jax.nn.relu(affine(h, weights["hidden"], weights["hidden_bias"]))
    mean, log_scale, logit = jnp.split(affine(h, weights["out"], weights["out_bias"]), 3, axis=-1)
    mean = (mean + own[..., None]) * jnp.exp(seen.log_scale)[..., None]
    return logit, mean, log_scale + (seen.log_scale + gentle[..., 0])[..., None]
