"""The interface of a baseline: a classic density with few fitted numbers, beside which models are judged."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float


class FrameScores(NamedTuple):
    """Scores of the frames of a unit after the given ones."""

    log_prob: Float[np.ndarray, " T"]  # nats, of standardised frames
    at_floor: Bool[np.ndarray, " T"]  # frames with a scale at the floor


class Baseline(NamedTuple):
    """A fitted baseline: an exact density of each frame given those before it."""

    score: Callable[[Float[np.ndarray, "T D"]], FrameScores]  # of a unit in standardised units, given frames included
    parameters: int  # fitted numbers
    likelihood: Mapping[str, Any]  # its density, as JSON


Fit = Callable[[Sequence[np.ndarray]], Baseline]  # units of the training split -> baseline
