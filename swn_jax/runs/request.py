"""What is asked of a run that samples."""

import math
from typing import NamedTuple

import jax
from jaxtyping import Array

from swn_jax.errors import SwnError
from swn_jax.sampling import Temperature


class SampleRequest(NamedTuple):
    """How many sequences to draw, how long, and at which temperature."""

    frames: int  # of each sequence
    num: int = 8  # sequences; of interpolate, the steps from one recording to the other
    seed: int = 0
    temperature: Temperature = Temperature()
    prefix: float = 0.5  # the share of the frames that `continue` is given
    draw: bool = False  # reconstruct: draw each frame in place of its mean
    condition: tuple[str, ...] = ()  # generate: the names that the sequences are given, in turn
    text: tuple[str, ...] = ()  # generate, continue: what they write, in turn

    @property
    def key(self) -> Array:
        """The random key of the draws."""
        return jax.random.key(self.seed)


def check(request: SampleRequest) -> None:
    """Raise SwnError for a number of a request that cannot be."""
    for name, value in (("temperature", request.temperature.x), ("temperature of z", request.temperature.z)):
        if not (math.isfinite(value) and value >= 0):
            raise SwnError(f"found a {name} of {value}, wanted a finite number, 0 or more: 1 is that of the model")
    if not 0 <= request.prefix <= 1:
        raise SwnError(f"found a prefix of {request.prefix}, wanted a share from 0 to 1")
    if min(request.frames, request.num) < 1:
        raise SwnError(f"found {request.num} sequences of {request.frames} frames, wanted 1 or more of each")


def given_frames(request: SampleRequest) -> int:
    """How many frames of each recording `continue` is given."""
    return round(request.prefix * request.frames)
