"""The index of a corpus: which recordings are in which split, before any is read."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from swn_jax.data.domain import Rows
from swn_jax.data.reading import without_skipping
from swn_jax.errors import SwnError

SPLITS = ("train", "valid", "test")


class Recording(NamedTuple):
    """One utterance, line or take, read lazily."""

    id: str  # unique in the corpus
    speaker: str  # who spoke, wrote or moved
    read: Callable[[], Iterable[Rows]]  # its rows in blocks, so that hours of sound need little memory
    file: Path | None = None  # its own file; None if it shares a file with others
    fault: SwnError | None = None  # why it stands for recordings that could not be listed
    label: str = ""  # what was said or drawn, where a corpus has a few such words or signs
    text: str = ""  # what was written, letter by letter, where that is known


Divide = Callable[[Sequence[Recording]], Mapping[str, Sequence[Recording]]]


def broken(id: str, file: Path | None, error: SwnError) -> Recording:
    """A placeholder for recordings that could not be listed; reading it raises `error`."""

    def read() -> Iterable[Rows]:
        raise error

    return Recording(id, "", read, file, error)


class SplitIndex(NamedTuple):
    """The recordings of each split, in the order in which they are stored."""

    splits: Mapping[str, tuple[Recording, ...]]
    notes: tuple[str, ...] = ()  # shown to the person who prepares the corpus
    frame_size: int | None = None  # numbers per frame, where the recordings decide
    rate: float | None = None  # rows per second, where the recordings decide
    extra: Mapping[str, Any] = {}  # what frames, drawing and export need, as JSON
    divide: Divide | None = None  # how the recordings were divided; None where a list or a protocol does

    @classmethod
    def divided(cls, recordings: Iterable[Recording], divide: Divide, **facts: Any) -> "SplitIndex":
        """The index of recordings that `divide` divides among the splits.

        Raises what `divide` raises, or the error of a file that may hold the recordings that are wanting.
        """
        found = list(recordings)
        try:
            return cls(_splits(divide(found)), divide=divide, **facts)
        except SwnError:
            for fault in filter(None, (recording.fault for recording in found)):
                raise SwnError(without_skipping(fault)) from fault
            raise

    def without(self, ids: Collection[str]) -> "SplitIndex":
        """The index without some recordings: the others are divided as if these had not been there."""
        if not ids:
            return self
        left = {split: [each for each in found if each.id not in ids] for split, found in self.splits.items()}
        if self.divide is None:
            return self._replace(splits=_splits(left))
        return self._replace(splits=_splits(self.divide([each for found in left.values() for each in found])))

    def digests(self) -> dict[str, str]:
        """The sha256 of each split's ids, one per line, in order."""
        return {
            name: hashlib.sha256("".join(f"{r.id}\n" for r in recordings).encode()).hexdigest()
            for name, recordings in self.splits.items()
        }


def _splits(divided: Mapping[str, Sequence[Recording]]) -> dict[str, tuple[Recording, ...]]:
    return {split: tuple(recordings) for split, recordings in divided.items()}
