"""Assigning items to splits: by a list from a file, or by shares."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from swn_jax.data.index import SPLITS
from swn_jax.data.reading import read_text
from swn_jax.errors import SwnError, unknown

T = TypeVar("T")


def read(path: Path, form: str = "a path below --manual_dir") -> list[tuple[int, str, str]]:
    """The lines `part name` of a list, with their line numbers; # starts a comment.

    Raises SwnError for a file that is not text, and, with the line number, for a line of another form.
    """
    rows = []
    text = read_text(path, "give a text file as --split_file").replace("\ufeff", "")  # of lists joined to one
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].split(maxsplit=1)
        if len(words) == 1:
            raise SwnError(
                f"{path}, line {number}: found {line!r}, wanted `part name`, the name as {form}: correct the line"
            )
        if words:
            rows.append((number, words[0], words[1].strip()))
    return rows


def listed(
    path: Path,
    known: Mapping[str, T],
    *,
    key: Callable[[str], str | None] = lambda name: name,
    form: str = "a path below --manual_dir",
) -> dict[str, list[T]]:
    """The `known` items that a list names, by split, in the order of the list.

    Args:
      path: the file of the list.
      known: items by key.
      key: from a name in the list to a key; None if it cannot be one.
      form: how a name is written, for the error.
    Raises SwnError, with the line number, for an unknown or duplicate name, and for an unknown or empty part.
    """
    splits: dict[str, list[T]] = {split: [] for split in SPLITS}
    seen: dict[str, int] = {}
    composed = {_composed(name): name for name in known}
    for number, part, name in read(path, form):
        at, found = f"{path}, line {number}", key(name)
        if part not in splits:
            raise SwnError(f"{at}: {unknown('part', part, SPLITS)}: correct the line")
        if found not in known:
            found = composed.get(_composed(found or ""))
        if found is None:
            raise SwnError(f"{at}: {name} does not exist, wanted {form}: correct the line, or copy what is missing")
        if found in seen:
            raise SwnError(f"{at}: {name} is already on line {seen[found]}: remove one of the two")
        seen[found] = number
        splits[part].append(known[found])
    for part, chosen in splits.items():
        if not chosen:
            raise SwnError(f"{path}: found nothing for {part}, wanted one or more: add lines of `{part} NAME`")
    return splits


def _composed(name: str) -> str:
    """A name with each letter and its accents as one character: systems store such names in either form."""
    return unicodedata.normalize("NFC", name)


def shares(
    items: Sequence[T], where: object, valid: float = 0.05, test: float = 0.05, remedy: str = "add some"
) -> dict[str, list[T]]:
    """The first of `items` to train, then a share to validate, the last share to test; at least one each.

    Raises SwnError, naming `where`, for fewer than three items.
    """
    if len(items) < 3:
        raise SwnError(f"{where}: found {len(items)} to split, wanted 3 or more: {remedy}")
    last = len(items) - max(1, round(test * len(items)))
    middle = last - max(1, round(valid * len(items)))
    return {"train": list(items[:middle]), "valid": list(items[middle:last]), "test": list(items[last:])}
