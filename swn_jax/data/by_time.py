"""Dividing each recording by time, where there are too few to divide among the splits."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from swn_jax.data.domain import Rows
from swn_jax.data.index import Recording

NOTE = "each recording is divided by time: the same voices, hands or people are in all splits"


def by_time(recordings: Iterable[Recording], valid: float = 0.1, test: float = 0.1) -> dict[str, list[Recording]]:
    """The first part of each recording to train, then a share of its rows to validate, the last share to test."""
    borders = {"train": (0.0, 1 - valid - test), "valid": (1 - valid - test, 1 - test), "test": (1 - test, 1.0)}
    splits: dict[str, list[Recording]] = {split: [] for split in borders}
    for recording in recordings:
        length = cache(partial(_length, recording.read))
        for split, (low, high) in borders.items():
            read = partial(_stretch, recording.read, length, low, high)
            splits[split].append(Recording(f"{recording.id}:{split}", recording.speaker, read, label=recording.label))
    return splits


def _length(read: Callable[[], Iterable[Rows]]) -> int:
    return sum(map(len, read()))


def _stretch(read: Callable[[], Iterable[Rows]], length: Callable[[], int], low: float, high: float) -> Iterator[Rows]:
    """The rows of a recording between two shares of its length."""
    start, stop, at = round(low * length()), round(high * length()), 0
    for block in read():
        part = block[max(0, start - at) : max(0, stop - at)]
        if len(part):
            yield part
        at += len(block)
