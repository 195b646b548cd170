"""Who goes into which split: lists that people write, and shares of a stated order."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from swn_jax.data.index import SPLITS
from swn_jax.errors import SwnError, unknown

T = TypeVar("T")


def read(path: Path, form: str = "a path below --manual_dir") -> list[tuple[int, str, str]]:
    """The lines `part name` of a list, with their numbers; # starts a comment.

    Raises SwnError for a file that is no text, and, with the line, for one of another form.
    """
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise SwnError(f"{path}: cannot be read as a list ({error}): give a text file as --split_file") from error
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].split(maxsplit=1)
        if len(words) == 1:
            raise SwnError(f"{path}, line {number}: found {line!r}, wanted `part name`, the name as {form}: mend it")
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
    """The `known` items that a list names, split by split, in its order.

    Args:
      path: the list.
      known: items by key.
      key: from a name as people write it to a key; None where it cannot be one.
      form: how a name is written, for the error.
    Raises SwnError, with the line, for a name that is not known, one named twice, a part unknown or empty.
    """
    splits: dict[str, list[T]] = {split: [] for split in SPLITS}
    seen: dict[str, int] = {}
    for number, part, name in read(path, form):
        at, found = f"{path}, line {number}", key(name)
        if part not in splits:
            raise SwnError(f"{at}: {unknown('part', part, SPLITS)}: mend the line")
        if found is None or found not in known:
            raise SwnError(f"{at}: {name} is not there, wanted {form}: mend the line, or copy what is missing")
        if found in seen:
            raise SwnError(f"{at}: {name} was named on line {seen[found]} already: take one of the two out")
        seen[found] = number
        splits[part].append(known[found])
    for part, chosen in splits.items():
        if not chosen:
            raise SwnError(f"{path}: found nothing for {part}: add lines of `{part} NAME`")
    return splits


def shares(items: Sequence[T], where: object, valid: float = 0.05, test: float = 0.05) -> dict[str, list[T]]:
    """The first of `items` to train, then a share to validate, the last share to test; one each at least.

    Raises SwnError, naming `where`, for fewer than three items.
    """
    if len(items) < 3:
        raise SwnError(f"{where}: found {len(items)} to split, wanted 3 or more: add some, or give a --split_file")
    last = len(items) - max(1, round(test * len(items)))
    middle = last - max(1, round(valid * len(items)))
    return {"train": list(items[:middle]), "valid": list(items[middle:last]), "test": list(items[last:])}
