"""The files written for one sequence."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class WrittenFiles(NamedTuple):
    """The files written for one sequence, and facts about it."""

    shown: tuple[Path, ...]  # sounds and pictures to show on a page, in this order
    kept: tuple[Path, ...]  # other formats, for further processing
    facts: Mapping[str, float | int | str]
