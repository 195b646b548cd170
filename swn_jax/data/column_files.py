"""CSV files beside recordings: a header of names, then one row for the recording, or one for each of its frames."""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.errors import SwnError

FORM = "a header of names, then one row of numbers for the recording, or one for each of its frames"


class Table(NamedTuple):
    """The columns of recordings."""

    folder: Path
    names: tuple[str, ...]
    values: Mapping[str, Float[np.ndarray, "_ C"]]  # by the id of the recording


def read(folder: Path, ids: Iterable[str]) -> Table:
    """Read `ID.csv` below a folder for each recording.

    Raises:
      SwnError: for a file that is missing or no such table, another header than that of the first one, a line of
        another width, and what is no finite number.
    """
    if not folder.is_dir():
        raise SwnError(f"{folder}: there is no such folder: give the folder of the CSV files as --columns")
    names: tuple[str, ...] = ()
    values: dict[str, Float[np.ndarray, "_ C"]] = {}
    for id in ids:
        path = path_of(folder, id)
        header, values[id] = _table(path, id)
        if names and header != names:
            first = path_of(folder, next(iter(values)))
            found = f"found the columns {', '.join(header)}, wanted {', '.join(names)}, which {first} has"
            raise SwnError(f"{path}: {found}: give all files one header")
        names = header
    return Table(folder, names, values)


def path_of(folder: Path, id: str) -> Path:
    """Where the columns of a recording lie."""
    return folder / f"{id}.csv"


def _table(path: Path, id: str) -> tuple[tuple[str, ...], Float[np.ndarray, "_ C"]]:
    if not path.is_file():
        raise SwnError(f"{path}: found no columns of {id}, wanted {FORM}: add that file, or leave --columns out")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = [(reader.line_num, line) for reader in [csv.reader(file)] for line in reader if line]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SwnError(f"{path}: cannot be read as CSV ({error}): write {FORM}, as UTF-8") from error
    if len(lines) < 2:
        raise SwnError(f"{path}: found {len(lines)} lines, wanted {FORM}: write it anew")
    header = tuple(name.strip() for name in lines[0][1])
    if any(map(_is_number, header)) or not all(header) or len(set(header)) < len(header):
        found = f"found the first line {','.join(header)!r}"
        raise SwnError(f"{path}: {found}, wanted names of columns, each once: write such a line above the numbers")
    return header, np.array([_row(path, at, header, line) for at, line in lines[1:]])


def _row(path: Path, at: int, header: tuple[str, ...], line: list[str]) -> list[float]:
    if len(line) != len(header):
        found = f"found {len(line)} numbers, wanted {len(header)}, one for each name of the header"
        raise SwnError(f"{path}, line {at}: {found}: mend that line")
    for name, text in zip(header, line, strict=True):
        if not (_is_number(text) and math.isfinite(float(text))):
            remedy = "write one, or leave that column out of all files"
            raise SwnError(f"{path}, line {at}, column {name}: found {text!r}, wanted a finite number: {remedy}")
    return [float(text) for text in line]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
