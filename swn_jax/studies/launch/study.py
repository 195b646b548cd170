"""What a study is, remembered in its folder so that nothing else is run there."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from swn_jax.configs.keys import CONFIG_KEYS, renamed
from swn_jax.errors import SwnError
from swn_jax.studies.launch.trials import Trial

FILE = "sweep.json"


class Study(NamedTuple):
    """A sweep over a config."""

    sweep: str  # the file, with its arguments
    config: str  # the file, with its system
    settings: Mapping[str, Any]  # overrides of all trials, by dotted keys
    trials: tuple[Trial, ...]


def recall(folder: Path) -> Study:
    """The study of a folder; raises SwnError where there is none."""
    path = folder / FILE
    try:
        found = renamed(json.loads(path.read_text()), CONFIG_KEYS | {"cells": "trials"})
        return Study(**found | {"trials": tuple(Trial(**each) for each in found["trials"])})
    except FileNotFoundError:
        raise SwnError(f"{folder} holds no study (no {FILE}): start one with --sweep and --config") from None
    except (ValueError, TypeError, KeyError) as error:
        raise SwnError(f"{path} cannot be read ({error}): take another folder, or bring the file back") from None


def begin(study: Study, folder: Path) -> None:
    """Writes the study into a new folder, or adds its further trials to the same study begun there.

    Raises:
      SwnError: for a folder of another config or of trials that this study does not have; nothing is changed.
    """
    text = json.dumps(study._asdict() | {"trials": [trial._asdict() for trial in study.trials]}, indent=1)
    if (folder / FILE).exists():
        old, new = recall(folder), json.loads(text)
        for what, was, now in (("config", old.config, new["config"]), ("settings", old.settings, new["settings"])):
            if was != now:
                raise _another(folder, f"its {what}: {was} there, {now} now")
        if missing := [trial.name for trial in old.trials if trial not in study.trials]:
            raise _another(folder, f"by {old.sweep}, {study.sweep} does not have {missing[0]}")
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{FILE}.{os.getpid()}"
    part.write_text(text + "\n")
    os.replace(part, folder / FILE)


def _another(folder: Path, how: str) -> SwnError:
    return SwnError(f"{folder} holds another study ({how}): take another folder, or the same sweep and config")
