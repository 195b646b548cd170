"""Which recordings make the splits of a corpus, before any of them is read."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from swn_jax.data.domain import Rows
from swn_jax.errors import SwnError

SPLITS = ("train", "valid", "test")


class Recording(NamedTuple):
    """One utterance, line or take, read only when its turn comes."""

    id: str  # unique in the corpus
    speaker: str  # who spoke, wrote or moved
    read: Callable[[], Iterable[Rows]]  # its rows in blocks, so that hours of sound need little memory
    file: Path | None = None  # the file that holds it alone; None for a part of a shared one


def broken(id: str, file: Path | None, error: SwnError) -> Recording:
    """A placeholder for recordings that could not even be counted; reading it raises `error`."""

    def read() -> Iterable[Rows]:
        raise error

    return Recording(id, "", read, file)


class SplitIndex(NamedTuple):
    """The recordings of each split, in the order in which they are stored."""

    splits: Mapping[str, tuple[Recording, ...]]
    notes: tuple[str, ...] = ()  # what the person who prepares ought to know
    frame_size: int | None = None  # numbers in a frame, where the recordings decide
    rate: float | None = None  # rows per second, where the recordings decide
    extra: Mapping[str, Any] = {}  # what drawing and export need, as JSON

    def digests(self) -> dict[str, str]:
        """The sha256 of each split's list: its ids, one per line, in order."""
        return {
            name: hashlib.sha256("".join(f"{r.id}\n" for r in recordings).encode()).hexdigest()
            for name, recordings in self.splits.items()
        }
