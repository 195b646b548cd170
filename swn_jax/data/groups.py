"""Splits of whole groups: no speaker or chapter is in two splits."""

from collections.abc import Callable, Iterable

from swn_jax.data import split_lists
from swn_jax.data.index import Recording


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
    groups: dict[str, list[Recording]] = {}
    for recording in recordings:
        groups.setdefault(group(recording), []).append(recording)
    parts = split_lists.shares(list(groups), where, valid, test, remedy)
    return {split: [recording for name in names for recording in groups[name]] for split, names in parts.items()}
