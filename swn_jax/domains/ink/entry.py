"""A drawing in a folder: its recording, and how a list names it."""

from typing import NamedTuple

from swn_jax.data.index import Recording


class Entry(NamedTuple):
    """One drawing of a folder."""

    path: str  # as lists write it: the file below the folder, or ZIP:MEMBER
    recording: Recording
