"""Parameters of which the tests of every day take some, and the slow ones the rest."""

from collections.abc import Iterable
from typing import Any

import pytest


def daily(values: Iterable[Any], *chosen: Any) -> list[Any]:
    """All values, of which those that were not chosen are slow."""
    return [value if value in chosen else pytest.param(value, marks=pytest.mark.slow) for value in values]
