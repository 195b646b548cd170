"""The trials of a study: what each overrides in the config, and the name that says so."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from swn_jax.errors import SwnError, unknown

SYSTEM = "system"  # the key that chooses the argument of the config, as in timit.py:srnn
LONGEST = 200  # characters of a name; file systems bear 255


class Trial(NamedTuple):
    """One run of a study."""

    name: str  # of its folder
    overrides: dict[str, Any]  # by dotted keys of the config, and SYSTEM


def name_of(overrides: Mapping[str, Any]) -> str:
    """The name of a trial, made from its overrides alone and safe as the name of a file.

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
) -> tuple[Trial, ...]:
    """The trials that a sweep file makes, checked before anything runs.

    Args:
      made: dictionaries of overrides.
      settings: the keys that all trials override beside their own.
      keys: the dotted keys of the config of a system; None stands for the system that the config has by itself.
    Raises:
      SwnError: for no trials, an unknown key, a value that JSON does not have, two trials of one name.
    """
    trials: dict[str, Trial] = {}
    for number, overrides in enumerate(made):
        if not isinstance(overrides, Mapping):
            raise SwnError(f"trial {number} is {overrides!r}: wanted a dictionary of overrides, as {{'seed': 1}}")
        trial = Trial(name_of(overrides), dict(overrides))
        _check(trial, keys(trial.overrides.get(SYSTEM)), settings)
        if trial.name in trials:
            there = trials[trial.name].overrides
            raise SwnError(f"two trials have the name {trial.name}: {there} and {trial.overrides}; let them differ")
        trials[trial.name] = trial
    if not trials:
        raise SwnError("the sweep makes no trials: let it yield a dictionary of overrides for each run")
    return tuple(trials.values())


def _check(trial: Trial, known: Collection[str], settings: Collection[str]) -> None:
    for key in {*settings, *trial.overrides} - {SYSTEM}:
        if key not in known:
            raise SwnError(f"trial {trial.name}: {unknown('key of its config', key, known)}")
    for key, value in trial.overrides.items():
        if not isinstance(value, str | int | float | None):
            raise SwnError(f"trial {trial.name}: {key} is {value!r}: wanted a number, text, True, False or None")
    if len(trial.name) > LONGEST:
        raise SwnError(f"the name {trial.name} has {len(trial.name)} characters: override less, {LONGEST} is the most")
