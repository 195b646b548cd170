"""The config in a run's folder, so that no other run is trained there."""

import json
from pathlib import Path

from ml_collections import ConfigDict

from swn_jax.configs.keys import CONFIG_KEYS, renamed
from swn_jax.errors import SwnError

CONFIG = "config.json"


def remember(config: ConfigDict, workdir: Path) -> None:
    """Write the config into a new workdir; raises SwnError where a run with another config is there."""
    path, text = workdir / CONFIG, config.to_json_best_effort(indent=1, sort_keys=True)
    if path.exists():
        old, new = recall(workdir).to_dict(), json.loads(text)
        keys = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        if keys:
            was = ", ".join(f"{key}: {old.get(key)} there, {new.get(key)} now" for key in keys)
            remedy = "take another --workdir, or the same config"
            raise SwnError(f"{workdir} holds a run of another config ({was}): {remedy}")
    workdir.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def recall(workdir: Path) -> ConfigDict:
    """Read the config of a run, old key names included; raises SwnError where there is none."""
    path = workdir / CONFIG
    if not path.exists():
        raise SwnError(f"{workdir} holds no run (no {CONFIG}): train one with `swn train`")
    try:
        return ConfigDict(renamed(json.loads(path.read_text()), CONFIG_KEYS))
    except ValueError as error:
        raise SwnError(f"{path} is no JSON ({error}): copy it again, or train into another folder") from None
