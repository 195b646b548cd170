"""The runs of a study as their folders tell of them; numbers come from `eval_*.json` alone."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.configs.keys import CONFIG_KEYS, RESULT_KEYS, flat, renamed
from swn_jax.errors import SwnError

NUMBERS = ("elbo", "iwae", "step", "parameters")
DEFINITION = ("unit", "context", "divisor", "sequences", "iwae_samples")  # beside the density and its floor
ANYONE = ("config.json", "error.txt", "eval_*.json")  # what makes a folder a run


class Result(NamedTuple):
    """One evaluation: its numbers, nats a unit, and all that says what they mean."""

    corpus: str
    split: str
    elbo: float
    iwae: float
    step: int  # of the checkpoint
    parameters: int
    definition: Mapping[str, Any]  # of the metric, by dotted keys


class RunSummary(NamedTuple):
    """One training."""

    name: str  # of its folder
    config: Mapping[str, Any]  # by dotted keys; empty where it failed before it had one
    results: tuple[Result, ...]  # of its splits
    error: str  # why a result is missing: the last line of what was told; "" where nothing was
    trained: int | None  # the last step that is logged
    curve: Float[np.ndarray, "n 2"]  # step, bound on the validation split

    @property
    def system(self) -> str:
        """The row of the tables that it belongs to; of a config that names none, its model and density."""
        named = self.config.get("system")
        return (
            named or f"{self.config.get('model.name')} with {self.config.get('likelihood.name')}, system not recorded"
        )


def read(folder: Path) -> tuple[RunSummary, ...]:
    """The runs in the folders of `folder`, in order of their names.

    Raises:
      SwnError: where there is no run or none with a result, and for a file that cannot be read.
    """
    places = [place for place in sorted(folder.glob("*/")) if any(next(place.glob(name), None) for name in ANYONE)]
    if not places:
        own = (folder / "config.json").exists()
        hint = "it is a run itself: pass the folder around it" if own else "pass the --workdir of a sweep"
        raise SwnError(f"{folder} holds no runs (no folder in it with config.json): {hint}")
    runs = tuple(map(run_of, places))
    if not any(run.results for run in runs):
        failed = [run for run in runs if run.error]
        first = f", the first is {failed[0].name}: {failed[0].error}" if failed else ""
        raise SwnError(f"{folder} holds {len(runs)} runs and no result ({len(failed)} failed{first}): wanted one "
                       "eval_*.json or more, as `swn evaluate` writes it")  # fmt: skip
    return runs


def run_of(folder: Path) -> RunSummary:
    files, error = sorted(folder.glob("eval_*.json")), _last_line(folder / "error.txt")
    if files and not (folder / "config.json").exists():
        raise SwnError(f"{folder} holds {files[0].name} and no config.json: bring it back, it tells system and seed")
    config = flat(renamed(_object(folder / "config.json"), CONFIG_KEYS)) if (folder / "config.json").exists() else {}
    if config.get("model.stochastic", 0) is None:
        config["model.stochastic"] = config["model.layers"]  # None stands for all
    results = []
    for file in files:
        result = _result(file)
        if math.isfinite(result.elbo) and math.isfinite(result.iwae):
            results.append(result)
        else:
            error = f"{file.name}: elbo {result.elbo}, iwae {result.iwae}"
    records = _records(folder / "metrics.jsonl")
    curve = [(record["step"], record["valid_elbo"]) for record in records if "valid_elbo" in record]
    trained = max((record["step"] for record in records), default=None)
    return RunSummary(folder.name, config, tuple(results), error, trained, np.array(curve, np.float64).reshape(-1, 2))


def _result(path: Path) -> Result:
    found = renamed(_object(path), RESULT_KEYS)
    for key in ("corpus", "split", "likelihood", *NUMBERS, *DEFINITION):
        if key not in found:
            raise SwnError(f"{path} does not say {key!r}: evaluate the run again with `swn evaluate`")
    for key in NUMBERS:
        if not isinstance(found[key], int | float):
            raise SwnError(f"{path} has {key} = {found[key]!r}, wanted a number: evaluate the run again")
    definition = {key: found[key] for key in DEFINITION} | flat({"likelihood": found["likelihood"]})
    return Result(found["corpus"], found["split"], float(found["elbo"]), float(found["iwae"]), found["step"],
                  found["parameters"], definition)  # fmt: skip


def _object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SwnError(f"{path} cannot be read ({error}): delete it and make it anew") from None
    if not isinstance(found, dict):
        raise SwnError(f"{path} holds {type(found).__name__}, wanted a JSON object: delete it and make it anew")
    return found


def _records(path: Path) -> list[dict[str, Any]]:
    """The lines of a log; what a crash has cut short is the last one."""
    lines = path.read_text().splitlines() if path.exists() else []
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(json.loads(line))
        except ValueError as error:
            if number < len(lines):
                raise SwnError(f"{path}, line {number}, cannot be read ({error}): mend or delete it") from None
    return found


def _last_line(path: Path) -> str:
    """Of an error; a file without words still tells of one."""
    if not path.exists():
        return ""
    return next((line.strip() for line in reversed(path.read_text().splitlines()) if line.strip()), "no reason given")
