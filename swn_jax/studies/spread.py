"""Mean and standard deviation over seeds."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Spread(NamedTuple):
    """Mean and standard deviation (ddof 1) of some values; no deviation of a single value."""

    mean: float
    deviation: float | None

    def __str__(self) -> str:
        return format(self)

    def __format__(self, spec: str) -> str:
        """Both numbers with one format, `,.1f` by default; a sign is for the mean alone."""
        spec = spec or ",.1f"
        deviation = "" if self.deviation is None else f" ± {self.deviation:{spec.lstrip('+')}}"
        return f"{self.mean:{spec}}{deviation}"


def spread(values: Sequence[float]) -> Spread:
    """The spread of one or more values.

    >>> print(spread([1000.0, 1003.0, 1002.0]), spread([-7.25]), sep="; ")
    1,001.7 ± 1.5; -7.2
    >>> f"{spread([1000.0, 1002.0]):+,.0f}"
    '+1,001 ± 1'
    """
    return Spread(float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None)
