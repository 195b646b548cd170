"""Build the commands of the trials of a study."""

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from swn_jax.configs.keys import flat
from swn_jax.errors import SwnError
from swn_jax.studies.launch.run_trial import Job
from swn_jax.studies.launch.source import trials_of
from swn_jax.studies.launch.state import state_of
from swn_jax.studies.launch.study import Study
from swn_jax.studies.launch.trials import SYSTEM, Trial, plan

Systems = tuple[str, str, Callable[[str], Any]]  # the config without its system, the system, system -> config


def study_of(sweep: str, name: str, settings: Mapping[str, Any], config: Any, systems: Systems) -> Study:
    """The study of a sweep over a config.

    Args:
      sweep: the sweep file, with its arguments.
      name: of the config.
      settings: overrides common to all trials, by dotted key.
      config: the config with these settings.
      systems: the config name without its system, the system, and a function from system to config.
    Raises:
      SwnError: for a sweep without trials, or with keys that the config does not have.
    """
    _, default, config_of = systems

    @functools.cache
    def keys(system: str | None) -> set[str]:
        return set(flat(config_of(system or default).to_dict()))

    return Study(sweep, name, settings, plan(trials_of(sweep, config), keys, settings))


def chosen(study: Study, index: int | None) -> tuple[Trial, ...]:
    """All trials, or the one with that index."""
    if index is None:
        return study.trials
    if not 0 <= index < len(study.trials):
        raise SwnError(f"--index={index} of {len(study.trials)} trials: wanted 0 to {len(study.trials) - 1}")
    return (study.trials[index],)


def job_of(study: Study, trial: Trial, workdir: Path, train: Sequence[str], evaluate: Sequence[str]) -> Job:
    """The commands of a trial with the common flags; overrides of the trial win over those of the study."""
    config, _, default = study.config.partition(":")
    overrides = {**study.settings, **trial.overrides}
    system = overrides.pop(SYSTEM, default)
    folder = workdir / trial.name
    named = f"--config={config}:{system}" if system else f"--config={config}"
    settings = [f"--config.{key}={value}" for key, value in overrides.items()]
    return Job(trial.name, folder, (
        (sys.executable, "-m", "swn_jax", "train", named, f"--workdir={folder}", *train, *settings),
        (sys.executable, "-m", "swn_jax", "evaluate", f"--workdir={folder}", *evaluate),
    ))  # fmt: skip


def missing(jobs: Sequence[Job], retry: bool) -> list[Job]:
    """The jobs still to run; failed ones only with `retry`."""
    wanted = {"waiting", "failed"} if retry else {"waiting"}
    return [job for job in jobs if state_of(job.folder).kind in wanted]
