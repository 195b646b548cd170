"""What the model's state says of a frame: its filter, its levels, how far its source repeats, and a bias of units.

Letters in shapes: N order, G parts of a frame, J taps, U units, D samples of a frame.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from swn_jax.dists.likelihood.samplewise.prediction import Classic
from swn_jax.dists.linear_prediction import step_up
from swn_jax.ops.blocks import aligned

EDGE = 0.998  # |r| stays below it
KERNEL = 7
SPREAD = 1.5  # samples, of the shifts at a head of zeros
AROUND = 0.8  # samples, the deviation of the taps' weights about a period ago at a head of zeros


class Settings(NamedTuple):
    """The settings of the density, in samples where they are lengths."""

    order: int  # N
    gains: int  # G
    classic: Classic  # by which the period is found
    window: int  # of the source that the network reads
    units: int  # U
    bounds: tuple[float, float]  # of log scales, nats
    parts: int = 2  # of a frame, each with a shift of the period of its own
    shifts: int = 9  # O

    @property
    def taps(self) -> int:
        """J, of which all shifts of the kernel are made."""
        return KERNEL + self.shifts - 1 if self.classic.pitch else 0

    @property
    def span(self) -> int:
        """The window in whole blocks, over which the source's own level is taken."""
        return -(-self.window // self.classic.block) * self.classic.block

    @property
    def source_reach(self) -> int:
        """Samples of the source before a frame that count, in whole blocks."""
        block, need = self.classic.block, self.classic.pitch + self.taps if self.classic.pitch else 0
        return max(self.span, -(-need // block) * block)

    @property
    def reach(self) -> int:
        """Samples of the signal before a frame that count."""
        search = self.classic.reach(0) if self.classic.pitch else 0
        return max(search, self.source_reach + self.order)

    @property
    def parameters(self) -> int:
        """P: reflection coefficients, levels, biases, and with a period the weights of taps and their sum."""
        voicing = 1 + KERNEL + self.parts * self.shifts
        return self.order + self.gains + self.units + (voicing if self.classic.pitch else 0)


class State(NamedTuple):
    """What the head says of a frame."""

    coefficients: Float[Array, "*S N"]  # of linear prediction
    log_level: Float[Array, "*S D"]  # of the source, nats of standardised units
    kernel: Float[Array, "*S K"]  # weights of the source about a period ago, positive, of sum below 1
    shifts: Float[Array, "*S P O"]  # log-probabilities of how far the period of each part lies from the one found
    bias: Float[Array, "*S U"]  # of the network's first layer


def state_of(params: Float[Array, "*S P"], width: int, settings: Settings) -> State:
    """What the head's output says of frames of `width` samples."""
    ends = np.cumsum([settings.order, settings.gains, settings.units])
    reflection, levels, bias, voicing = jnp.split(params, ends, axis=-1)
    log_level = jnp.repeat(levels, width // settings.gains, axis=-1)
    if not settings.classic.pitch:
        none = voicing[..., None]
        return State(step_up(EDGE * jnp.tanh(reflection)), log_level, voicing, none, bias)
    kernel, shifts = jnp.split(voicing, [1 + KERNEL], axis=-1)
    shifts = shifts.reshape(*shifts.shape[:-1], settings.parts, settings.shifts)
    place = np.arange(settings.shifts) - settings.shifts // 2
    shifts = shifts + aligned(jnp.asarray(-0.5 * (place / SPREAD) ** 2, shifts.dtype), shifts.ndim)
    return State(step_up(EDGE * jnp.tanh(reflection)), log_level, taps_of(kernel), jax.nn.log_softmax(shifts), bias)


def shifted(kernel: Float[Array, "*S K"], shift: Array, settings: Settings) -> Float[Array, "*S J"]:
    """The kernel where a shift has it."""
    chosen = jax.nn.one_hot(shift, settings.shifts, dtype=kernel.dtype)
    wide = jnp.pad(kernel, [(0, 0)] * (kernel.ndim - 1) + [(0, settings.shifts - 1)])
    return sum(chosen[..., j, None] * jnp.roll(wide, j, axis=-1) for j in range(settings.shifts))


def taps_of(voicing: Float[Array, "*S V"]) -> Float[Array, "*S J"]:
    """`sigmoid(v_0) softmax(v_1, ..)`: no gain of a period over the one before it is above 1, at any frequency."""
    if not voicing.shape[-1]:
        return voicing
    place = np.arange(voicing.shape[-1] - 1) - (voicing.shape[-1] - 1) // 2
    start = aligned(jnp.asarray(-0.5 * (place / AROUND) ** 2, voicing.dtype), voicing.ndim)
    return jax.nn.sigmoid(voicing[..., :1]) * jax.nn.softmax(voicing[..., 1:] + start, axis=-1)
