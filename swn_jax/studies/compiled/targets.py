"""Accelerators that need not be there, by name: `h100`, `h100x4`, `v5e-4`."""

import re
from typing import NamedTuple

from swn_jax.errors import SwnError, unknown

CHIPS = {1: "2x2", 4: "2x2", 8: "2x4", 16: "4x4"}  # of TPUs: the slice that has them


class Card(NamedTuple):
    """What is sold as one device, by its data sheet; the rates of its products stand in `benchmark.shares`."""

    kind: str  # as jax names it
    platform: str
    gigabytes: float  # of memory
    usable: float  # the share of it that programs get: of a GPU jax takes three quarters
    terabytes_per_second: float  # between memory and kernels


CARDS = {
    "h100": Card("NVIDIA H100 80GB HBM3", "cuda", 84.942979072, 0.75, 3.35232),
    "h200": Card("NVIDIA H200", "cuda", 150.75, 0.75, 4.8),
    "v5e": Card("TPU v5 lite", "tpu", 17.18, 0.98, 0.82),
}


class Target(NamedTuple):
    """Some devices of one kind."""

    name: str
    card: Card
    devices: int

    def memory(self) -> float:
        """The bytes of a device that programs get."""
        return 1e9 * self.card.gigabytes * self.card.usable


def target_of(name: str) -> Target:
    """The target of a name.

    Raises:
      SwnError: for a card that is not known, with the nearest known name, and for a number of devices that it does not
        come in.
    """
    found = re.fullmatch(r"(\w+?)(?:[x-](\d+))?", name)
    card, count = (found[1], int(found[2] or 1)) if found else (name, 1)
    if card not in CARDS:
        raise unknown("target", name, CARDS, f"{', '.join(CARDS)}; several as h100x4, v5e-4")
    if count < 1 or (CARDS[card].platform == "tpu" and count not in CHIPS):
        numbers = ", ".join(f"{card}-{chips}" for chips in CHIPS) if CARDS[card].platform == "tpu" else f"{card}x4"
        raise SwnError(f"found the target {name}, wanted a number of devices that there is: take one of {numbers}")
    return Target(name, CARDS[card], count)
