"""The flag --config: a config by name, `timit:swavenet`, or your own Python file, `my.py:swavenet`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from absl import flags
from ml_collections import ConfigDict, config_flags

from swn_jax import configs
from swn_jax.configs.keys import config_name
from swn_jax.errors import SwnError, unknown
from swn_jax.studies.launch.source import function_of

CONFIG = config_flags.DEFINE_config_file("config", None, "CORPUS:SYSTEM, as timit:swavenet, "
    "or CORPUS:SYSTEM_DENSITY, as timit:swavenet_gmm; or the path of a Python "
    "file with get_config(system), as my.py:swavenet. --config.KEY=VALUE sets a key")  # fmt: skip
BY_NAME = str(Path(configs.__file__).with_name("by_name.py"))  # what the flag reads for a name


def expanded(argv: list[str]) -> list[str]:
    """Replace the name after --config by the file and argument that ml_collections takes.

    The fields of a density can be set only if the config has them, so one that is chosen by flag goes into its name.
    """
    words = list(argv)
    density = last_of("config.likelihood.name", words)
    for number, word in enumerate(words):
        if word in ("--config", "-config") and number + 1 < len(words):
            words[number + 1] = file_of(words[number + 1], density)
        elif found := re.fullmatch(r"(--?config=)(.+)", word):
            words[number] = found[1] + file_of(found[2], density)
    return words


def last_of(flag: str, words: list[str]) -> str:
    """The value of a flag in a command line, "" where it is not given."""
    found = ""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.removeprefix("-").removeprefix("-").partition("=")
        if name == flag and word != name:
            found = value if equals else after
    return found


def file_of(name: str, density: str = "") -> str:
    """FILE:ARGUMENT for a config by name, with another density if one is given; a path stays as it is."""
    file = name.partition(":")[0]
    if file.endswith(".py") and (Path(file).exists() or config_name(name) == name):
        run_file(name)
        return name
    name = config_name(name)
    corpus, system, *_ = *name.split(":", 2), ""
    if corpus not in configs.CONFIGS:
        raise unknown("config", corpus, configs.CONFIGS)
    return f"{BY_NAME}:{corpus}:{system}:{density}" if density else f"{BY_NAME}:{name}"


def run_file(name: str) -> None:
    """Make the config of a Python file once, as ml_collections tells its faults in tracebacks.

    Raises:
      SwnError: for a file that is missing or cannot be run, and for what its get_config raises.
    """
    file, _, system = name.partition(":")
    make = function_of(file, "get_config")
    try:
        make(*filter(None, [system]))
    except SwnError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise SwnError(f"{name} makes no config ({reason}): correct its get_config") from error


def name_and_settings() -> tuple[str, dict[str, Any]]:
    """The value of --config, and the keys that flags override."""
    flag: Any = flags.FLAGS["config"]
    given = config_flags.get_config_filename(flag).removeprefix(f"{BY_NAME}:")
    return given, config_flags.get_override_values(flag)


def systems_of(name: str, function_of: Callable[[str, str], Callable]) -> tuple[str, str, Callable[[str], ConfigDict]]:
    """Split a config's name into head and system, with the function from system to config."""
    head, _, system = name.partition(":")
    if head in configs.CONFIGS:
        return head, system, lambda other: configs.get_config(f"{head}:{other}")
    make = function_of(head, "get_config")
    return head, system, lambda other: make(*filter(None, [other]))


def config() -> ConfigDict:
    """The config of the flag; raises SwnError where it is missing or cannot be read."""
    if CONFIG.value is None:
        raise SwnError("which config? pass --config=synthetic_speech:swavenet")
    try:
        CONFIG.value.lock()
    except Exception as error:
        reason = str(error).strip().splitlines()[-1].strip()  # before it ml_collections tells where it has looked
        raise SwnError(f"the config cannot be read: {reason}") from None
    return CONFIG.value
