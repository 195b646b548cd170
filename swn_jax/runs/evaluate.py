"""Evaluating a run: the bound on a split, and the definition of every number."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from swn_jax.atomic import write_text
from swn_jax.data import Prepared
from swn_jax.data.eval_batches import eval_batches
from swn_jax.runs.density import density_of
from swn_jax.runs.load import Run
from swn_jax.runs.train import ignore
from swn_jax.sealed import sealed
from swn_jax.train.evaluate import collect, make_score
from swn_jax.train.pieces import WINDOW
from swn_jax.train.report import bits_per_sample, report
from swn_jax.train.stretches import AHEAD
from swn_jax.version import __version__


def evaluate_run(
    run: Run, split: str = "", *, samples: int = 16, seed: int = 0, stretch: int = WINDOW, command: str = "",
    show: Callable[[dict[str, Any]], None] = ignore,
) -> dict[str, Any]:  # fmt: skip
    """Evaluate a run on whole recordings of a split, and write the result to `eval_SPLIT.json` in its workdir.

    On other data than it was trained on the file is `other_data_SPLIT_MARK.json`, which no report reads.

    Args:
      run: as `load_run` opens it.
      split: of its corpus; "" for the one that the corpus reports.
      samples: K of the importance-weighted bound.
      seed: of the draws.
      stretch: frames that are scored at a time; longer recordings go on from one stretch to the next.
      command: that is recorded as what gave the result.
      show: takes the result before it is written, so that a full disk loses none.
    Returns:
      The bound and its parts in nats per unit (utterance, line, take) and per frame, and their definition.
    Raises:
      SwnError: for an unknown split, and stretches of no frames.
    """
    split = split or run.corpus.splits[-1]
    scores = collect(make_score(run.model, samples), run.variables, seed, eval_batches(run.prepared, split), stretch)
    result = {**report(scores, samples), **definition(run, split, seed, command)}
    if scores.frames.max() > stretch:
        result["context"] += f", longer ones in stretches of {stretch} frames" + (
            "" if run.model.lookahead is not None else f", whose posterior sees {AHEAD} more"
        )
    if run.corpus.domain.quantized:
        result["bits_per_sample"] = bits_per_sample(scores, run.prepared.frame_size, run.prepared.scale.item())
    show(result)
    write_text(result_path(run, split), json.dumps(sealed(result), indent=1) + "\n")
    return result


def result_path(run: Run, split: str) -> Path:
    """The file of an evaluation."""
    return run.workdir / (f"other_data_{split}_{run.other}.json" if run.other else f"eval_{split}.json")


def definition(run: Run, split: str, seed: int, command: str) -> dict[str, Any]:
    """Describe an evaluation: data, units, model, and how the numbers were computed."""
    own, given = protocol(run.prepared, split), run.prepared.condition
    return {
        **own,
        "context": own["context"] + (f", given its {given.kind}" if given else ""),
        "reported": own["reported"] and not run.other,
        "likelihood": density_of(run.config, run.prepared),
        "model": run.config.model.name,
        "parameters": sum(a.size for a in jax.tree.leaves(run.variables["params"])),
        "step": run.step,
        **({"averaged": True} if run.averaged else {}),
        "seed": seed,
        "machine": jax.devices()[0].device_kind,
        **record(command),
    }


def protocol(prepared: Prepared, split: str) -> dict[str, Any]:
    """Describe what is scored, and in which units."""
    corpus = prepared.corpus
    return {
        "corpus": corpus.name,
        "split": split,
        "reported": split == corpus.splits[-1],  # in tables: the test split, of IAM-OnDB the validation lines
        "unit": f"nats each {corpus.unit}, in units of the {prepared.scaling} scaling"
        + f", frames of {prepared.frame_size}" * (prepared.frame_size != prepared.manifest.frame),
        "log_scale_per_frame": float(np.broadcast_to(np.log(prepared.scale), prepared.frame_size).sum()),
        "context": f"{corpus.unit} from its own start"
        + ", the frame before it given and not scored" * corpus.domain.given,
        "divisor": "real sequences and frames only",
    }


def record(command: str) -> dict[str, Any]:
    """Note how, when and with which versions a result was made."""
    return {
        "command": command,
        "date": datetime.date.today().isoformat(),
        "versions": {"swn_jax": __version__, "jax": jax.__version__},
    }
