"""The definition of a study, kept in its folder so that no other study runs there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from swn_jax.atomic import write_text
from swn_jax.configs.keys import CONFIG_KEYS, config_name, renamed
from swn_jax.errors import SwnError
from swn_jax.sealed import opened, sealed
from swn_jax.studies.launch.trials import Trial

FILE = "sweep.json"


class Study(NamedTuple):
    """A sweep over a config."""

    sweep: str  # the sweep file, with its arguments
    config: str  # the config, with its system
    settings: Mapping[str, Any]  # overrides common to all trials, by dotted key
    trials: tuple[Trial, ...]


def recall(folder: Path) -> Study:
    """The study of a folder; raises SwnError if there is none."""
    path = folder / FILE
    try:
        found = renamed(opened(path.read_text()), CONFIG_KEYS | {"cells": "trials"})
        found["config"] = config_name(found["config"])
        return Study(**found | {"trials": tuple(Trial(**trial) for trial in found["trials"])})
    except FileNotFoundError:
        raise SwnError(f"{folder} holds no study (no {FILE}): start one with --sweep and --config") from None
    except (ValueError, TypeError, KeyError) as error:
        raise SwnError(f"{path} cannot be read ({error}): take another folder, or bring the file back") from None


def begin(study: Study, folder: Path) -> None:
    """Write the study into a new folder, or add its new trials to the same study in an existing folder.

    Raises:
      SwnError: for a folder with another config, or with trials that this study lacks; nothing is changed.
    """
    content = sealed(study._asdict() | {"trials": [trial._asdict() for trial in study.trials]})
    text = json.dumps(content, indent=1)
    if (folder / FILE).exists():
        old, new = recall(folder), json.loads(text)
        for key, there, now in (("config", old.config, new["config"]), ("settings", old.settings, new["settings"])):
            if there != now:
                raise _another(folder, f"its {key}: {there} there, {now} now")
        if missing := [trial.name for trial in old.trials if trial not in study.trials]:
            raise _another(folder, f"by {old.sweep}, {study.sweep} does not have {missing[0]}")
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / FILE, text + "\n")


def _another(folder: Path, how: str) -> SwnError:
    return SwnError(f"{folder} holds another study ({how}): take another folder, or the same sweep and config")
