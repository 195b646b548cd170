"""A drawing in a folder, with its name in split lists."""

from typing import NamedTuple

from swn_jax.data.index import Recording


class Entry(NamedTuple):
    """One drawing of a folder."""

    path: str  # its name in lists: the path below the folder, or ZIP:MEMBER
    recording: Recording
