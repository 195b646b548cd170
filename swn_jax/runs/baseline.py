"""Baselines: classic densities fitted to the training split, and evaluated as runs are."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from ml_collections import ConfigDict

from swn_jax.atomic import write_text
from swn_jax.data import Corpus, Prepared
from swn_jax.data.baseline import Baseline, Fit
from swn_jax.data.eval_batches import units_of
from swn_jax.errors import SwnError, unknown
from swn_jax.runs.evaluate import protocol, record
from swn_jax.runs.train import ignore
from swn_jax.runs.workdir import remember
from swn_jax.sealed import sealed
from swn_jax.train.evaluate import Scores
from swn_jax.train.report import bits_per_sample, report

FITTED, LONGEST = 2**19, 2**16  # numbers that a baseline is fitted to, and that one recording may add, at most
FEWEST = 8  # units to take them from


def evaluate_baseline(
    name: str, prepared: Prepared, split: str = "", *, workdir: Path | str | None = None, command: str = "",
    show: Callable[[dict[str, Any]], None] = ignore,
) -> dict[str, Any]:  # fmt: skip
    """Fit a baseline to evenly spaced recordings of the training split and evaluate it on a split, as runs are.

    Args:
      name: of a baseline of the corpus' domain.
      prepared: the corpus.
      split: of the corpus; "" for the one that the corpus reports.
      workdir: where to write `NAME/config.json` and `NAME/eval_SPLIT.json`, which reports read; None for nowhere.
      command: that is recorded as what gave the result.
      show: takes the result before it is written.
    Returns:
      The keys of `evaluate_run`, with the exact log-likelihood for both bounds, and the bits of lossless codes.
    Raises:
      SwnError: for an unknown name or split, a domain without baselines, and a workdir with another run or other data.
    """
    fit, split = fit_of(prepared.corpus, name), split or prepared.corpus.splits[-1]
    chosen = units_of(prepared, split)
    baseline = fit(training_units(prepared))
    folder = None if workdir is None else Path(workdir) / name
    if folder is not None:
        remember(config_of(name, baseline, prepared), prepared, folder)
    scores = scores_of(baseline, units(prepared, split, chosen))
    result = {**report(scores, samples=1), **definition(name, baseline, prepared, split, command)}
    if prepared.corpus.domain.quantized:
        result["bits_per_sample"] = bits_per_sample(scores, prepared.frame_size, prepared.scale.item())
    result["code_bits_per_sample"] = code_lengths(prepared, units(prepared, split, chosen))
    show(result)
    if folder is not None:
        write_text(folder / f"eval_{split}.json", json.dumps(sealed(result), indent=1) + "\n")
    return result


def baselines_of(corpus: Corpus, names: str = "all") -> tuple[str, ...]:
    """The baselines that names with commas, or "all", mean; raises SwnError as `evaluate_baseline` does."""
    chosen = tuple(corpus.domain.baselines) if names == "all" else tuple(names.split(","))
    for name in chosen or (names,):
        fit_of(corpus, name)
    return chosen


def fit_of(corpus: Corpus, name: str) -> Fit:
    """The function that fits a baseline; raises SwnError for a domain without baselines and an unknown name."""
    domain = corpus.domain
    if not domain.baselines:
        raise SwnError(f"{corpus.name} is a corpus of {domain.name}, which has no baselines, wanted one of speech: "
                       "take such a --dataset, or leave --baseline out")  # fmt: skip
    if name not in domain.baselines:
        raise unknown(f"baseline of {domain.name}", name, domain.baselines)
    return domain.baselines[name]


def training_units(prepared: Prepared) -> list[Float[np.ndarray, "T D"]]:
    """Standardised units of the training split: evenly spaced, long ones cut, 2^19 numbers or somewhat more."""
    found = units_of(prepared, "train")
    longest = max(1, LONGEST // prepared.frame_size)
    found[:, 2] = np.minimum(found[:, 2], found[:, 1] + longest)
    size = prepared.frame_size * float(np.mean(found[:, 2] - found[:, 1]))
    count = min(len(found), max(FEWEST, math.ceil(FITTED / size)))
    return [*units(prepared, "train", found[np.linspace(0, len(found) - 1, count).astype(int)])]


def units(prepared: Prepared, split: str, chosen: Int[np.ndarray, "P 3"]) -> Iterator[Float[np.ndarray, "T D"]]:
    """Units in standardised frames, with the frames before them that are given."""
    recordings, given = prepared.split(split), prepared.corpus.domain.given
    for number, start, stop in chosen.tolist():
        yield prepared.scaled(recordings.frames(number, start - given, stop))


def scores_of(baseline: Baseline, found: Iterator[Float[np.ndarray, "T D"]]) -> Scores:
    """Score every unit. The likelihood is exact: it is the bound, and no KL is paid."""
    scored = [baseline.score(unit) for unit in found]
    log_px, at_floor, frames = (
        np.array(column, np.float64)
        for column in zip(*((s.log_prob.sum(), s.at_floor.sum(), len(s.log_prob)) for s in scored), strict=True)
    )
    by_frame = np.concatenate([s.log_prob for s in scored])
    kl = np.zeros((len(scored), 0))
    return Scores(log_px, log_px, kl, log_px, at_floor, frames, by_frame)  # type: ignore[arg-type]


def code_lengths(prepared: Prepared, found: Iterator[Float[np.ndarray, "T D"]]) -> dict[str, float]:
    """Bits per number of the units in each lossless code of the domain, given frames included."""
    codes, rate = prepared.corpus.domain.codes, prepared.manifest.rate
    if not codes or rate is None:
        return {}
    rows = [prepared.rows(unit) for unit in found]
    size = sum(each.size for each in rows)
    return {name: sum(bits(each, rate) for each in rows) / size for name, bits in codes.items()}


def definition(name: str, baseline: Baseline, prepared: Prepared, split: str, command: str) -> dict[str, Any]:
    """Describe the evaluation of a baseline, under the keys of a run's."""
    return {
        **protocol(prepared, split),
        "likelihood": dict(baseline.likelihood),
        "model": name,
        "parameters": baseline.parameters,
        "step": 0,
        "seed": 0,
        "machine": "cpu",
        **record(command),
    }


def config_of(name: str, baseline: Baseline, prepared: Prepared) -> ConfigDict:
    """What stands for a config in the folder of a baseline."""
    return ConfigDict({
        "dataset": prepared.corpus.name, "system": name, "baseline": True, "seed": 0, "scaling": prepared.scaling,
        "frame_size": prepared.frame_size * (prepared.frame_size != prepared.manifest.frame),  # 0 for the corpus' own
        "likelihood": dict(baseline.likelihood), "model": {"name": name},
    })  # fmt: skip
