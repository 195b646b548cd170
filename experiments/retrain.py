"""The commands that prepare a run's corpus and train it again, from what the run recorded."""

import importlib
import shlex
from collections.abc import Mapping
from typing import Any

from experiments.configs.systems import SYSTEMS
from swn_jax.data import Corpus
from swn_jax.errors import SwnError
from swn_jax.report.runs import flat


def prepare_command(corpus: Corpus, options: Mapping[str, Any]) -> str:
    """With the options in which a preparation differs from the defaults."""
    changed = [f"--option={key}={value}" for key, value in options.items() if corpus.options.get(key) != value]
    return " ".join([corpus.command("data"), *map(shlex.quote, changed)])


def train_command(config: Mapping[str, Any]) -> str:
    """By the system of the corpus that is nearest to the config, with flags for all in which they differ.

    Raises:
      SwnError: for a config that no system with flags gives: a file of its own made it, or another version of this
        program.
    """
    name = config["dataset"].partition("/")[0]
    file = importlib.import_module(f"experiments.configs.{name}")
    wanted = flat(config)
    found = {}
    for system in SYSTEMS:
        near = flat(file.get_config(system).to_dict())
        if wanted.keys() <= near.keys():  # a run of before a key was added lacks it
            changed = {key: value for key, value in wanted.items() if near[key] != value}
            if None not in changed.values():  # which no flag can say
                found[system] = changed
    if not found:
        remedy = "take the swn_jax that trained it, or write its config as one of its files"
        raise SwnError(f"no system of experiments/configs/{name}.py gives the config.json of this run: {remedy}")
    system = min(found, key=lambda system: len(found[system]))
    flags = [f"--config.{key}={value}" for key, value in found[system].items()]
    words = [f"--config=experiments/configs/{name}.py:{system}", "--data_dir=data", "--workdir=run", *flags]
    return shlex.join(["python", "-m", "experiments.train", *words])
