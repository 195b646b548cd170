"""What writing a sequence gives: files to hear and see, and what a person ought to know of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Written(NamedTuple):
    """The files of one sequence, by what they are for, and facts about it in words or numbers."""

    shown: tuple[Path, ...]  # sounds and pictures that a page shows, in this order
    kept: tuple[Path, ...]  # further files to go on with: other formats, numbers
    facts: Mapping[str, float | int | str]
