"""What a study is, remembered in its folder so that nothing else is run there."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from swn_jax.errors import SwnError
from swn_jax.sweep.cells import Cell

FILE = "sweep.json"


class Study(NamedTuple):
    """A sweep over a config."""

    sweep: str  # the file, with its arguments
    config: str  # the file, with its system
    settings: Mapping[str, Any]  # overrides of all cells, by dotted keys
    cells: tuple[Cell, ...]


def recall(folder: Path) -> Study:
    """The study of a folder; raises SwnError where there is none."""
    path = folder / FILE
    try:
        found = json.loads(path.read_text())
        return Study(**found | {"cells": tuple(Cell(**each) for each in found["cells"])})
    except FileNotFoundError:
        raise SwnError(f"{folder} holds no study (no {FILE}): start one with --sweep and --config") from None
    except (ValueError, TypeError, KeyError) as error:
        raise SwnError(f"{path} cannot be read ({error}): take another folder, or bring the file back") from None


def begin(study: Study, folder: Path) -> None:
    """Writes the study into a new folder, or adds its further cells to the same study begun there.

    Raises:
      SwnError: for a folder of another config or of cells that this study does not have; nothing is changed.
    """
    text = json.dumps(study._asdict() | {"cells": [cell._asdict() for cell in study.cells]}, indent=1)
    if (folder / FILE).exists():
        old, new = recall(folder), json.loads(text)
        for what, was, now in (("config", old.config, new["config"]), ("settings", old.settings, new["settings"])):
            if was != now:
                raise _another(folder, f"its {what}: {was} there, {now} now")
        if missing := [cell.name for cell in old.cells if cell not in study.cells]:
            raise _another(folder, f"by {old.sweep}, {study.sweep} does not have {missing[0]}")
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{FILE}.{os.getpid()}"
    part.write_text(text + "\n")
    os.replace(part, folder / FILE)


def _another(folder: Path, how: str) -> SwnError:
    return SwnError(f"{folder} holds another study ({how}): take another folder, or the same sweep and config")
