"""The files that were written of one sequence, and facts about it."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class WrittenFiles(NamedTuple):
    """The files of one sequence, by what they are for, and facts about it in words or numbers."""

    shown: tuple[Path, ...]  # sounds and pictures that a page shows, in this order
    kept: tuple[Path, ...]  # further files to go on with: other formats, numbers
    facts: Mapping[str, float | int | str]
