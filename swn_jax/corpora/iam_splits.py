"""The split lists of IAM-OnDB: forms to train and to validate."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from swn_jax.data import split_lists
from swn_jax.data.reading import read_text
from swn_jax.errors import SwnError, unknown

FORM = "a form, as a01-000u"
LISTS = (  # the lists of Chung et al., then the equivalent lists of the database
    {"train": ("train.txt",), "valid": ("valid.txt",)},
    {"train": ("trainset.txt", "testset_t.txt", "testset_f.txt"), "valid": ("testset_v.txt",)},
)


def find(manual_dir: Path) -> dict[str, list[str]]:
    """The forms of each part from the lists in `manual_dir` or one of its folders.

    Raises SwnError if neither kind of lists is complete, or if a list or form is duplicate.
    """
    for kind in LISTS:
        found = {name: _file(manual_dir, name) for names in kind.values() for name in names}
        files = {part: [file for name in names if (file := found[name])] for part, names in kind.items()}
        if all(found.values()):
            named = [(part, form, str(file)) for part in kind for file in files[part] for form in _forms(file)]
            return _once(kind, named)
    wanted = " or ".join(" + ".join(name for names in kind.values() for name in names) for kind in LISTS)
    raise SwnError(f"{manual_dir}: found no lists of forms, wanted {wanted}: copy them there, or give a --split_file")


def _file(manual_dir: Path, name: str) -> Path | None:
    files = sorted({*manual_dir.glob(name), *manual_dir.glob(f"*/{name}")})
    if len(files) > 1:
        raise SwnError(f"{manual_dir}: found {files[0]} and {files[1]}, wanted one {name}: remove the other")
    return files[0] if files else None


def _forms(file: Path) -> list[str]:
    return [_form(line.strip(), str(file)) for line in read_text(file, "correct the list").splitlines() if line.strip()]


def _form(name: str, at: str) -> str:
    """`name` if it can be a form, as it becomes part of a path and of a glob pattern."""
    if not name.replace("-", "").isalnum():
        raise SwnError(f"{at}: found {name[:40]!r}, wanted {FORM}: correct the list")
    return name


def listed(split_file: Path, parts: Sequence[str]) -> dict[str, list[str]]:
    """The forms of each of `parts` from a list of `part form`; raises SwnError, with the line, for faulty lines."""
    rows = [(f"{split_file}, line {number}", part, name) for number, part, name in split_lists.read(split_file, FORM)]
    for at, part, _ in rows:
        if part not in parts:
            raise SwnError(f"{at}: {unknown('part', part, parts)}: correct the line")
    found = _once(parts, ((part, _form(name, at), at) for at, part, name in rows))
    for part in parts:
        if not found[part]:
            raise SwnError(f"{split_file}: found nothing for {part}, wanted one or more: add lines of `{part} FORM`")
    return found


def _once(parts: Iterable[str], named: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {part: [] for part in parts}
    seen: dict[str, str] = {}
    for part, form, at in named:
        if form in seen:
            raise SwnError(f"{at}: {form} is already in {seen[form]}: remove one of the two")
        seen[form] = at
        found[part].append(form)
    return found
