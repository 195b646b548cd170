"""Durations in steps or epochs, converted to steps."""

import re

from swn_jax.errors import SwnError


def in_steps(duration: int | str, steps_per_epoch: int) -> int:
    """Convert a duration to steps: 500, "500 steps" or "20 epochs".

    >>> in_steps("2.5 epochs", 100), in_steps("40 steps", 100), in_steps(7, 100)
    (250, 40, 7)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(steps?|epochs?)?\s*", str(duration))
    if not found:
        raise SwnError(f"found the duration {duration!r}, wanted a number of steps, as 500, or '20 epochs'")
    number, unit = float(found[1]), found[2] or "steps"
    return round(number * (steps_per_epoch if unit.startswith("epoch") else 1))
