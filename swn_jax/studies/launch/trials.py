"""The trials of a study: their overrides of the config, and names made from these."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from swn_jax.errors import SwnError, unknown

SYSTEM = "system"  # the key that chooses the system of the config, as in timit:srnn
LONGEST = 200  # characters of a name; file systems allow 255


class Trial(NamedTuple):
    """One run of a study."""

    name: str  # of its folder
    overrides: dict[str, Any]  # by dotted key of the config, or SYSTEM


def name_of(overrides: Mapping[str, Any]) -> str:
    """The name of a trial, made from its overrides alone and safe as a file name.

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
    sweep: Iterable[Any], keys: Callable[[str | None], Collection[str]], settings: Collection[str] = ()
) -> tuple[Trial, ...]:
    """The trials of a sweep, checked before anything runs.

    Args:
      sweep: dictionaries of overrides.
      keys: function from system to the dotted keys of its config; None for the default system.
      settings: the keys that all trials override.
    Raises:
      SwnError: for no trials, an unknown key, a value that JSON cannot hold, two trials with one name.
    """
    trials: dict[str, Trial] = {}
    for number, overrides in enumerate(sweep):
        if not isinstance(overrides, Mapping):
            raise SwnError(f"trial {number} is {overrides!r}, wanted a dictionary of overrides, as {{'seed': 1}}")
        trial = Trial(name_of(overrides), dict(overrides))
        _check(trial, keys(trial.overrides.get(SYSTEM)), settings)
        if trial.name in trials:
            there = trials[trial.name].overrides
            raise SwnError(f"two trials have the name {trial.name} ({there} and {trial.overrides}): make them differ")
        trials[trial.name] = trial
    if not trials:
        raise SwnError("the sweep makes no trials: yield a dictionary of overrides per run")
    return tuple(trials.values())


def _check(trial: Trial, known: Collection[str], settings: Collection[str]) -> None:
    for key in {*settings, *trial.overrides} - {SYSTEM}:
        if key not in known:
            raise SwnError(f"trial {trial.name}: {unknown('key of its config', key, known)}")
    for key, value in trial.overrides.items():
        if not isinstance(value, str | int | float | None):
            raise SwnError(f"trial {trial.name}: {key} is {value!r}, wanted a number, text, True, False or None")
    if len(trial.name) > LONGEST:
        raise SwnError(
            f"the name {trial.name} has {len(trial.name)} characters, at most {LONGEST} are allowed: override less"
        )
