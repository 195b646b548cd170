"""The commands that prepare a run's corpus and train it again, from what the run recorded."""

import shlex
from collections.abc import Mapping
from typing import Any

from swn_jax.configs import get_config
from swn_jax.configs.keys import CONFIG_KEYS, flat, renamed
from swn_jax.configs.systems import systems_for
from swn_jax.data import Corpus
from swn_jax.errors import SwnError


def prepare_command(corpus: Corpus, options: Mapping[str, Any]) -> str:
    """The command that prepares a corpus, with the options that differ from the defaults."""
    changed = [f"--option={key}={value}" for key, value in options.items() if corpus.options.get(key) != value]
    return " ".join([corpus.command("data"), *map(shlex.quote, changed)])


def train_command(config: Mapping[str, Any]) -> str:
    """The command that trains this config: the nearest system of its corpus, and a flag for each difference.

    Raises:
      SwnError: for a config that no system with flags gives: a file of its own made it, or another version of this
        program.
    """
    name = config["dataset"].partition("/")[0]
    wanted = flat(renamed(config, CONFIG_KEYS))
    found = {}
    for system in systems_for(wanted["likelihood.name"]):
        near = flat(get_config(f"{name}:{system}").to_dict())
        if wanted.keys() <= near.keys():  # a run of before a key was added lacks it
            changed = {key: value for key, value in wanted.items() if near[key] != value}
            if None not in changed.values():  # which no flag can say
                found[system] = changed
    if not found:
        remedy = "take the swn_jax that trained it, or write its config as a file"
        raise SwnError(f"no system of {name} gives the config.json of this run: {remedy}")
    system = min(found, key=lambda system: len(found[system]))
    flags = [f"--config.{key}={value}" for key, value in found[system].items()]
    return shlex.join(["swn", "train", f"--config={name}:{system}", "--data_dir=data", "--workdir=run", *flags])
