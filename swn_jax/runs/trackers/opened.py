"""Trackers by name, opened for the run in a folder."""

import importlib
import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from swn_jax.configs.keys import flat
from swn_jax.errors import SwnError, unknown
from swn_jax.runs.trackers.tracked import Memory, Tracked
from swn_jax.runs.trackers.tracker import Facts, Tracker
from swn_jax.runs.workdir import recall
from swn_jax.train.metrics import curves

TRACKERS = {"mlflow": "MLflow", "trackio": "Trackio", "wandb": "WeightsAndBiases"}


def check(names: Sequence[str]) -> None:
    """Raise SwnError for an unknown tracker, and for one whose library is not installed."""
    for name in names:
        if name not in TRACKERS:
            raise unknown("tracker", name, TRACKERS)
        if importlib.util.find_spec(name) is None:
            raise SwnError(f"--tracker={name} needs the package {name}, which is not installed: `pip install {name}`")


def class_of(name: str) -> Callable[[Facts], Tracker]:
    """What opens a run at a tracker."""
    return getattr(importlib.import_module(f"{__package__}.{name}"), TRACKERS[name])


def open_tracker(name: str, workdir: Path, project: str, run_name: str = "") -> tuple[Tracker, Memory]:
    """Open the run of a folder at a tracker: that of before, where there is one.

    Args:
      name: of TRACKERS.
      workdir: of a run; its `tracker_NAME.json` keeps project and identity.
      project: of a new run.
      run_name: likewise; "" for the folder's.
    Raises:
      SwnError: where the tracker refuses, and as `check` does.
    """
    check([name])
    memory = Memory(workdir / f"tracker_{name}.json")
    parameters = flat(json.loads(recall(workdir).to_json_best_effort()))
    memory.project = memory.project or project
    facts = Facts(memory.project, run_name or workdir.resolve().name, parameters, workdir, memory.identity)
    try:
        tracker = class_of(name)(facts)
    except Exception as error:  # whatever a library raises: no login, no network, no such run
        why = " ".join(str(error).split()) or type(error).__name__
        raise SwnError(f"{name} does not open the run: {why}: set it up, or leave --tracker={name} out") from error
    memory.identity = tracker.identity
    memory.write()
    return tracker, memory


def opened(
    names: Sequence[str], workdir: Path, project: str, run_name: str, warn: Callable[[str], None]
) -> list[Tracked]:
    """Writers to the trackers of a run; `warn` is told at the end what they did not take."""
    return [Tracked(name, *open_tracker(name, workdir, project, run_name), warn) for name in names]


def send_result(names: Sequence[str], workdir: Path, project: str, result: Mapping[str, Any]) -> None:
    """Send the numbers of an evaluation, as `evaluate_run` gives them, to the trackers of a run.

    Raises:
      SwnError: as `open_tracker` does.
    """
    numbers = curves({key: value for key, value in result.items() if type(value) in (int, float, list)})
    for name in names:
        tracker, _ = open_tracker(name, workdir, project)
        tracker.summarise(result["step"], {f"{result['split']}/{key}": value for key, value in numbers.items()})
        tracker.close()
