"""Splits by group: no speaker or chapter is in two splits, or each is in all of them."""

from collections.abc import Callable, Iterable
from pathlib import Path

from swn_jax.data import split_lists
from swn_jax.data.index import SPLITS, Recording
from swn_jax.errors import SwnError, unknown


def shares(
    recordings: Iterable[Recording],
    group: Callable[[Recording], str],
    where: object,
    valid: float = 0.05,
    test: float = 0.05,
    remedy: str = "add some, or give a --split_file",
) -> dict[str, list[Recording]]:
    """Split by group: the first groups to train, then a share to validate, the last share to test; at least one each.

    Groups are ordered by their first recordings. Raises SwnError, naming `where`, for fewer than three groups.
    """
    groups = grouped(recordings, group)
    parts = split_lists.shares(list(groups), where, valid, test, remedy)
    return {split: [recording for name in names for recording in groups[name]] for split, names in parts.items()}


def within(
    recordings: Iterable[Recording],
    group: Callable[[Recording], str],
    where: object,
    valid: float = 0.1,
    test: float = 0.1,
) -> dict[str, list[Recording]]:
    """Split each group: its first recordings to train, then a share to validate, the last share to test.

    So a model that is given the group is trained on all of them. Raises SwnError, naming `where` and the group, for one
    of fewer than three recordings.
    """
    remedy = "leave this one out, or give a --split_file"
    parts = [
        split_lists.shares(own, f"{where}, {name}", valid, test, remedy)
        for name, own in grouped(recordings, group).items()
    ]
    return {split: [recording for part in parts for recording in part[split]] for split in SPLITS}


WAYS = {"speaker": shares, "sentence": within}


def check(way: str, split_file: Path | None) -> None:
    """Raise SwnError for a way to split that is none of `WAYS`, and for one beside a list."""
    if way not in WAYS:
        raise unknown("split", way, WAYS)
    if split_file is not None and way != "speaker":
        raise SwnError(f"{split_file}: found split={way} too, wanted one way to split: leave one out")


def grouped(recordings: Iterable[Recording], group: Callable[[Recording], str]) -> dict[str, list[Recording]]:
    """The recordings of each group, groups in the order of their first ones."""
    groups: dict[str, list[Recording]] = {}
    for recording in recordings:
        groups.setdefault(group(recording), []).append(recording)
    return groups
