"""Releasing a run: recipe, weights, functions and card from its folder."""

import datetime
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax

from swn_jax.atomic import write_text
from swn_jax.configs.keys import RESULT_KEYS, renamed
from swn_jax.data.columns import KIND, Columns
from swn_jax.errors import unknown
from swn_jax.release.beginning import kept
from swn_jax.release.card import Facts, card
from swn_jax.release.functions import export_functions
from swn_jax.release.metadata import OTHER
from swn_jax.release.recipe import Recipe
from swn_jax.release.reproduce import prepare_command, train_command
from swn_jax.release.weights import save
from swn_jax.runs import Run
from swn_jax.runs.density import density_of
from swn_jax.runs.warm import INIT
from swn_jax.runs.workdir import read_object

PARTS: dict[str, Callable[..., None]] = {"weights": save, "functions": export_functions}


def release(
    load: Callable[[], Run], out: Path, parts: Sequence[str], warn: Callable[[str], None], licence: str = OTHER
) -> list[Path]:
    """Release a run into the folder `out`: the parts that are wanted, and a card; returns the files.

    The folder is as the Hugging Face Hub takes it; `licence` is that of the weights, one of its identifiers.

    Raises:
      SwnError: for an unknown part, before the run is loaded.
    """
    for part in parts:
        if part not in PARTS:
            raise unknown("part of a release", part, PARTS)
    run = load()
    recipe, facts = recipe_of(run), facts_of(run, warn)._replace(weights_licence=licence)
    for part in parts:
        PARTS[part](out, recipe, run.variables)
    write_text(out / "README.md", card(recipe, facts, **{part: part in parts for part in PARTS}))
    return sorted(out.iterdir())


def recipe_of(run: Run) -> Recipe:
    """The recipe of a run's model."""
    config, manifest = json.loads(run.config.to_json()), run.prepared.manifest
    fields, given = dict(config["model"]), run.prepared.condition
    if given:
        fields["condition"] = given.width
    return Recipe(
        model=fields.pop("name"), frame=run.prepared.frame_size, fields=fields,
        likelihood=density_of(run.config, run.prepared),
        shift=tuple(map(float, run.prepared.shift)), scale=tuple(map(float, run.prepared.scale)),
        corpus=manifest.corpus, rate=manifest.rate, condition={given.kind: given.names} if given else {},
        facts={
            "domain": run.corpus.domain.name, "licence": run.corpus.licence, "step": run.step, "training": config,
            **({"averaged": True} if run.averaged else {}),
            "extra": dict(manifest.extra), **kept(run.prepared),
            **({"condition": {"mean": given.mean, "std": given.std}} if isinstance(given, Columns) else {}),
        },
    )  # fmt: skip


def facts_of(run: Run, warn: Callable[[str], None]) -> Facts:
    """The facts for the card of a run."""
    return Facts(
        licence=run.corpus.licence,
        source=run.corpus.source,
        parameters=sum(a.size for a in jax.tree.leaves(run.variables["params"])),
        step=run.step,
        commands=(prepare_command(run.corpus, run.prepared.manifest.options) + columns_flag(run), command_of(run)),
        results=results_of(run, warn),
        made=datetime.date.today(),
    )


def columns_flag(run: Run) -> str:
    """The flag that prepares the columns that a run is given, where it is given some of files."""
    given = run.prepared.condition
    return " --columns=DIR" if isinstance(given, Columns) and given.kind == KIND else ""


def command_of(run: Run) -> str:
    """The command that trains the run again, from the weights that it started from, by their folder's name."""
    command, init = train_command(run.config.to_dict()), run.workdir / INIT
    return f"{command} --init={Path(read_object(init)['source']).name}" if init.exists() else command


def results_of(run: Run, warn: Callable[[str], None]) -> list[dict[str, Any]]:
    """The evaluations of these very weights; results of another step are left out with a warning."""
    found = []
    for path in sorted(run.workdir.glob("eval_*.json")):
        result = renamed(read_object(path), RESULT_KEYS)
        if result["step"] != run.step:
            warn(f"{path} is of step {result['step']}, these weights of step {run.step}: left out, evaluate again")
        elif result.get("averaged", False) != run.averaged:
            kinds = ("those of the last step", "averaged weights")
            warn(f"{path} is of {kinds[not run.averaged]}, not of {kinds[run.averaged]}: left out, evaluate again")
        else:
            found.append(result)
    return found
