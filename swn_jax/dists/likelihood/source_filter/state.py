"""What the model's state says of a frame: its filter, its levels, its modes, and a bias of units.

Letters in shapes: N order, G parts of a frame with a level each, U units, D samples of a frame.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from swn_jax.dists.classic.prediction import Classic
from swn_jax.dists.likelihood.source_filter.modes import KERNEL, SHIFTS, Modes, modes_of, numbers
from swn_jax.dists.linear_prediction import step_up

EDGE = 0.998  # |r| stays below it
TAPS, POINTS, BEFORE = 16, 8, 6  # of a pulse: those about its mark, those of its whole cycle, taps before the mark


class Settings(NamedTuple):
    """The settings of the density, in samples where they are lengths."""

    order: int  # N
    gains: int  # G
    parts: int  # of a frame, with a shift of the period each
    classic: Classic  # by which the period is found
    window: int  # of the source that the network reads
    units: int  # U
    bounds: tuple[float, float]  # of log scales, nats
    told: int = 0  # numbers told with each frame: 0 where its period is searched, 1 for the period, 2 with a mark

    @property
    def taps(self) -> int:
        """How many samples about a period ago are read."""
        return KERNEL + SHIFTS - 1 if self.classic.pitch else 0

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
    def pulse(self) -> tuple[tuple[int, int], int]:
        """The taps and the points of a pulse, and how many taps lie before its mark; none where no mark is told."""
        return ((TAPS, POINTS), BEFORE) if self.told > 1 else ((0, 0), 0)

    @property
    def searches(self) -> bool:
        """Whether the period is found in the past."""
        return bool(self.classic.pitch) and not self.told

    @property
    def reach(self) -> int:
        """Samples of the signal before a frame that count."""
        search = self.classic.reach(0) if self.searches else 0
        return max(search, self.source_reach + self.order)

    @property
    def parameters(self) -> int:
        """P: reflection coefficients, levels, biases, what says the modes, a pulse, and what is told."""
        said = numbers(bool(self.classic.pitch), self.parts) + sum(self.pulse[0])
        return self.order + self.gains + self.units + said + self.told


class State(NamedTuple):
    """What the head says of a frame."""

    coefficients: Float[Array, "*S N"]  # of linear prediction
    log_level: Float[Array, "*S D"]  # of the source, nats of standardised units
    bias: Float[Array, "*S U"]  # of the network's first layer
    modes: Modes
    pulse: Float[Array, "*S J"]  # its taps and points, in units of the level; J = 0 where no mark is told
    period: Float[Array, "*S V"]  # that is told, and a mark, in hundreds of samples, 0 for none; V = 0, 1 or 2


def state_of(params: Float[Array, "*S P"], width: int, settings: Settings) -> State:
    """What the head's output says of frames of `width` samples."""
    own = settings.order, settings.gains, settings.units
    sizes = *own, numbers(bool(settings.classic.pitch), settings.parts), sum(settings.pulse[0])
    reflection, levels, bias, said, pulse, period = jnp.split(params, np.cumsum(sizes), axis=-1)
    log_level = jnp.repeat(levels, width // settings.gains, axis=-1)
    modes = modes_of(said, bool(settings.classic.pitch), settings.parts, settings.told)
    return State(step_up(EDGE * jnp.tanh(reflection)), log_level, bias, modes, pulse, period)
