"""Read the runs of a study from their folders; numbers come only from `eval_*.json`."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.configs.keys import CONFIG_KEYS, RESULT_KEYS, flat, renamed
from swn_jax.errors import SwnError
from swn_jax.sealed import opened
from swn_jax.studies.launch.state import ERROR, error_of

NUMBERS = ("elbo", "iwae", "step", "parameters")
DEFINITION = ("unit", "context", "divisor", "sequences", "iwae_samples")  # besides the density and its floor
RUN_FILES = ("config.json", ERROR, "eval_*.json")  # any of these makes a folder a run


class Result(NamedTuple):
    """One evaluation: its numbers in nats per unit, and the definition of the metric."""

    corpus: str
    split: str
    elbo: float
    iwae: float
    step: int  # of the checkpoint
    parameters: int
    definition: Mapping[str, Any]  # of the metric, by dotted key


class RunSummary(NamedTuple):
    """One run: config, results, error and learning curve."""

    name: str  # of its folder
    config: Mapping[str, Any]  # by dotted key; empty if it failed before writing one
    results: tuple[Result, ...]  # one per split
    error: str  # why a result is missing: the last line of the error; "" without an error
    trained: int | None  # the last logged step
    curve: Float[np.ndarray, "n 2"]  # step, bound on the validation split

    @property
    def system(self) -> str:
        """The name of its row in tables; model and density if the config does not name a system."""
        named = self.config.get("system")
        return (
            named or f"{self.config.get('model.name')} with {self.config.get('likelihood.name')}, system not recorded"
        )


def read(folder: Path) -> tuple[RunSummary, ...]:
    """The runs in the folders below `folder`, sorted by name.

    Raises:
      SwnError: if there is no run or no result, and for a file that cannot be read.
    """
    folders = [path for path in sorted(folder.glob("*/")) if any(next(path.glob(name), None) for name in RUN_FILES)]
    if not folders:
        is_run = (folder / "config.json").exists()
        hint = "it is a run itself: pass the folder around it" if is_run else "pass the --workdir of a sweep"
        raise SwnError(f"{folder} holds no runs (no folder in it with config.json): {hint}")
    runs = tuple(map(run_of, folders))
    if not any(run.results for run in runs):
        failed = [run for run in runs if run.error]
        first = f", the first is {failed[0].name}: {failed[0].error}" if failed else ""
        raise SwnError(f"{folder} holds {len(runs)} runs and no result ({len(failed)} failed{first}), wanted one "
                       "eval_*.json or more: run `swn evaluate`")  # fmt: skip
    return runs


def run_of(folder: Path) -> RunSummary:
    """The run in a folder; raises SwnError for a file that cannot be read."""
    files, error = sorted(folder.glob("eval_*.json")), error_of(folder)
    if files and not (folder / "config.json").exists():
        raise SwnError(f"{folder} holds {files[0].name} and no config.json with system and seed: bring it back")
    config = flat(renamed(_object(folder / "config.json"), CONFIG_KEYS)) if (folder / "config.json").exists() else {}
    if config.get("model.stochastic", 0) is None:
        config["model.stochastic"] = config["model.layers"]  # None means all
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
            raise SwnError(f"{path} has no {key!r}, wanted it: evaluate the run again with `swn evaluate`")
    for key in NUMBERS:
        if not isinstance(found[key], int | float):
            raise SwnError(f"{path} has {key} = {found[key]!r}, wanted a number: evaluate the run again")
    definition = {key: found[key] for key in DEFINITION} | flat({"likelihood": found["likelihood"]})
    return Result(found["corpus"], found["split"], float(found["elbo"]), float(found["iwae"]), found["step"],
                  found["parameters"], definition)  # fmt: skip


def _object(path: Path) -> dict[str, Any]:
    try:
        return opened(path.read_text())
    except (OSError, ValueError) as error:
        raise SwnError(f"{path} cannot be read ({error}): delete it and evaluate or train again") from None


def _records(path: Path) -> list[dict[str, Any]]:
    """The records of a log; a last line truncated by a crash is ignored."""
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(opened(line))
        except ValueError as error:
            if number < len(lines):
                raise SwnError(f"{path}, line {number}, cannot be read ({error}): delete that line") from None
    return found
