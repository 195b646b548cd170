"""Release a run: weights with what rebuilds the model, compiled functions for jax alone, and a model card.

python -m experiments.export --workdir=run --data_dir=data --out=release --what=weights,functions
"""

import json
import sys
from pathlib import Path
from typing import Any

import jax
from absl import flags

import swn_jax
from experiments import common, saved
from experiments.retrain import prepare_command, train_command
from swn_jax.errors import unknown
from swn_jax.release.card import Facts, card

PARTS = {"weights": swn_jax.save, "functions": swn_jax.export_functions}
OUT = flags.DEFINE_string("out", "release", "the folder for what is made")
WHAT = flags.DEFINE_list("what", list(PARTS), "what to make: weights, functions, or both")


def main(_: list[str]) -> None:
    for what in WHAT.value:
        if what not in PARTS:
            raise unknown("part of a release", what, PARTS)
    run, out = saved.load(), Path(OUT.value)
    recipe, facts = recipe_of(run), facts_of(run)
    for what in WHAT.value:
        PARTS[what](out, recipe, run.variables)
    (out / "README.md").write_text(card(recipe, facts, **{what: what in WHAT.value for what in PARTS}))
    for path in sorted(out.iterdir()):
        print(f"{path.stat().st_size:>12,} {path}")


def recipe_of(run: saved.Run) -> swn_jax.Recipe:
    config, manifest = json.loads(run.config.to_json()), run.prepared.manifest
    fields = dict(config["model"])
    return swn_jax.Recipe(
        model=fields.pop("name"), frame=manifest.frame, fields=fields, likelihood=config["likelihood"],
        shift=tuple(map(float, run.prepared.shift)), scale=tuple(map(float, run.prepared.scale)),
        corpus=manifest.corpus, rate=manifest.rate,
        facts={
            "domain": run.corpus.domain.name, "licence": run.corpus.licence, "step": run.step, "training": config,
            "extra": dict(manifest.extra),
        },
    )  # fmt: skip


def facts_of(run: saved.Run) -> Facts:
    return Facts(
        licence=run.corpus.licence,
        source=run.corpus.source,
        parameters=sum(a.size for a in jax.tree.leaves(run.variables["params"])),
        step=run.step,
        commands=(prepare_command(run.corpus, run.prepared.manifest.options), train_command(run.config.to_dict())),
        results=results_of(run),
    )


def results_of(run: saved.Run) -> list[dict[str, Any]]:
    """What `experiments.evaluate` found of these very weights; results of another step are told and left out."""
    found = []
    for path in sorted(run.workdir.glob("eval_*.json")):
        result = json.loads(path.read_text())
        if result["step"] == run.step:
            found.append(result)
        else:
            told = f"{path} is of step {result['step']}, these weights of step {run.step}: left out, evaluate again"
            print(f"warning: {told}", file=sys.stderr)
    return found


if __name__ == "__main__":
    common.run(main)
