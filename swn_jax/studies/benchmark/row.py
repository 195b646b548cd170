"""A row of a table: what is measured, before and after it was."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Measured = dict[str, Any]  # what a row says: its labels, its numbers, or why there are none
Prepare = Callable[[], Callable[[], Measured]]


class Row(NamedTuple):
    """A measurement to make.

    `prepare` traces and compiles, in any thread, and gives the function that measures while nothing else runs.
    """

    what: str  # the table it belongs to
    labels: Mapping[str, Any]  # what it is of: words and sizes
    prepare: Prepare
    rank: int = 0  # rows of a lower rank come first
