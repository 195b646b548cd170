"""Pulses of a voice: what the source has of its own at marks that are told, whatever its past is.

A cycle begins at a mark and is a period long. About a mark a pulse has a tap for each sample; over the whole cycle it
has a slow part, by points between which lines are drawn. Both are places of a basis, which is a function of the
condition alone: the mean of the source is the sum of the places, each times a number of the model's state. Letters in
shapes: D samples of a frame, J places of the basis.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from swn_jax.dists.likelihood.source_filter.period import UNIT
from swn_jax.dists.likelihood.source_filter.state import Settings, State
from swn_jax.ops.blocks import aligned
from swn_jax.ops.bounds import bounded

PEAK = 2.0  # levels, of a tap or a point of 1: of speech the largest taps are -4 in the mean


def cycle(state: State, width: int, settings: Settings) -> Float[Array, "*S D J"]:
    """The places of the basis at each sample, from 0 to 1; J = 0 where no marks are told, zeros where there is none.

    With `d` samples from the nearest mark, a tap at k has `max(0, 1 - |d - k|)`, and a point at `q / Q` of a cycle
    `max(0, 1 - Q |d / P - q / Q|)`, the difference of phases taken around the cycle.
    """
    counts, before = settings.pulse
    if not sum(counts):
        return state.log_level[..., None][..., :0]  # on the devices that the samples are on
    period, mark = (lax.stop_gradient(UNIT * a)[..., None] for a in jnp.split(state.period, 2, axis=-1))
    voiced = (period >= 1.0) & (period <= settings.classic.pitch) & (mark > 0.0)
    period = jnp.where(voiced, period, settings.classic.pitch)
    place = aligned(np.arange(width), period.ndim - 1)[..., None] - mark
    first = before + 1.0
    distance = jnp.mod(place + first, period) - first
    taps = 1.0 - jnp.abs(distance - aligned(np.arange(counts[0]) - before, period.ndim))
    phase = counts[1] * distance / period - aligned(np.arange(counts[1]), period.ndim)
    points = 1.0 - jnp.abs(jnp.mod(phase + counts[1] / 2, counts[1]) - counts[1] / 2)
    return jax.nn.relu(jnp.concatenate([taps, points], axis=-1)) * voiced


def pulses(state: State, places: Float[Array, "*S D J"]) -> Float[Array, "*S D"]:
    """The mean that they give the source, in units of the level that the state says."""
    return PEAK * (places * state.pulse[..., None, :]).sum(-1)


def strength(log_level: Float[Array, "..."], moved: Float[Array, "..."], settings: Settings) -> Float[Array, "..."]:
    """That level, which a mode may move, in standardised units: within the bounds of log-scales, as nothing else is."""
    return jnp.exp(bounded(log_level, *settings.bounds) + moved)
