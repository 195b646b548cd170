"""The cells of a study: what each overrides in the config, and the name that says so."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from swn_jax.errors import SwnError, unknown

SYSTEM = "system"  # the key that chooses the argument of the config, as in timit.py:srnn
LONGEST = 200  # characters of a name; file systems bear 255


class Cell(NamedTuple):
    """One run of a study."""

    name: str  # of its folder
    overrides: dict[str, Any]  # by dotted keys of the config, and SYSTEM


def name_of(overrides: Mapping[str, Any]) -> str:
    """The name of a cell, made from its overrides alone and safe as the name of a file.

    >>> name_of({"model.stochastic": 2, "model.latent": 250, "seed": 1})
    'stochastic=2,latent=250,seed=1'
    >>> name_of({"model.name": "srnn", "likelihood.name": "a b"})
    'model.name=srnn,likelihood.name=a_b'
    """
    last = {key: key.rpartition(".")[2] for key in overrides}
    times = Counter(last.values())
    words = [f"{last[key] if times[last[key]] == 1 else key}={value}" for key, value in overrides.items()]
    return re.sub(r"[^\w.+=,-]", "_", ",".join(words), flags=re.ASCII) or "default"


def plan(
    made: Iterable[Any], keys: Callable[[str | None], Collection[str]], settings: Collection[str] = ()
) -> tuple[Cell, ...]:
    """The cells that a sweep file makes, checked before anything runs.

    Args:
      made: dictionaries of overrides.
      settings: the keys that all cells override beside their own.
      keys: the dotted keys of the config of a system; None stands for the system that the config has by itself.
    Raises:
      SwnError: for no cells, an unknown key, a value that JSON does not have, two cells of one name.
    """
    cells: dict[str, Cell] = {}
    for number, overrides in enumerate(made):
        if not isinstance(overrides, Mapping):
            raise SwnError(f"cell {number} is {overrides!r}: wanted a dictionary of overrides, as {{'seed': 1}}")
        cell = Cell(name_of(overrides), dict(overrides))
        _check(cell, keys(cell.overrides.get(SYSTEM)), settings)
        if cell.name in cells:
            there = cells[cell.name].overrides
            raise SwnError(f"two cells have the name {cell.name}: {there} and {cell.overrides}; let them differ")
        cells[cell.name] = cell
    if not cells:
        raise SwnError("the sweep makes no cells: let it yield a dictionary of overrides for each run")
    return tuple(cells.values())


def _check(cell: Cell, known: Collection[str], settings: Collection[str]) -> None:
    for key in {*settings, *cell.overrides} - {SYSTEM}:
        if key not in known:
            raise SwnError(f"cell {cell.name}: {unknown('key of its config', key, known)}")
    for key, value in cell.overrides.items():
        if not isinstance(value, str | int | float | None):
            raise SwnError(f"cell {cell.name}: {key} is {value!r}: wanted a number, text, True, False or None")
    if len(cell.name) > LONGEST:
        raise SwnError(f"the name {cell.name} has {len(cell.name)} characters: override less, {LONGEST} is the most")
