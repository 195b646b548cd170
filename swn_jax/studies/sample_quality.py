"""How good samples are, in tables and as JSON: statistics, their drift, and the error of continuations."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from swn_jax.atomic import write_text
from swn_jax.data import Prepared
from swn_jax.data.domain import Rows
from swn_jax.data.drift import Continuation, Drift, drift, error
from swn_jax.data.examples import Examples, examples, longest
from swn_jax.data.statistics import Comparison, compare
from swn_jax.runs import SampleRequest
from swn_jax.runs.request import given_frames
from swn_jax.runs.sample import Samples
from swn_jax.studies.page import Table

MEASURED = 64  # real sequences to compare samples with, at most


def generated(folder: Path, name: str, prepared: Prepared, real: list[Rows], samples: list[Rows]) -> list[Table]:
    """Write quality.json and drift.json of new sequences into a folder; returns them as tables.

    Args:
      folder: that exists.
      name: of the run.
      prepared: its corpus.
      real: as `references` gives them, two or more.
      samples: raw rows.
    """
    manifest, measure = prepared.manifest, prepared.corpus.domain.measure
    found = compare(measure, real, samples, manifest.rate, manifest.extra)
    ends = drift(measure, real, samples, manifest.rate, manifest.extra)
    write_json(folder / "quality.json", [row._asdict() for row in found])
    write_json(folder / "drift.json", [{end: row._asdict() for end, row in pair._asdict().items()} for pair in ends])
    return [_statistics(name, found), _drift(name, ends)]


def continued(
    folder: Path, name: str, prepared: Prepared, request: SampleRequest, real: Examples, samples: Samples
) -> Table:
    """Write continuation.json into a folder, how far continuations are from their recordings; returns it as a table.

    Arguments as of `generated`, with the request, the recordings in frames and the samples.
    """
    domain, manifest, given = prepared.corpus.domain, prepared.manifest, given_frames(request)
    x = np.asarray(real.batch.x)
    strange = np.concatenate([x[:, :given], np.roll(x, 1, axis=0)[:, given:]], axis=1)
    truth, others = ([*map(prepared.rows, frames, real.starts)] for frames in (x, strange))
    rows = len(prepared.rows(x[0, :given], real.starts[0]))
    found = Continuation(domain.gap_unit, *(
        error(domain.gap, truth, made, rows, manifest.rate, manifest.extra) if many else float("nan")
        for made, many in ((samples.rows, True), (others, len(x) > 1))
    ))  # fmt: skip
    write_json(folder / "continuation.json", found._asdict())
    head = ("unit", "samples", "another recording's frames")
    cells = (found.unit, f"{found.error:.3g}", f"{found.other:.3g}" if len(x) > 1 else "-")
    return Table(f"{name}: error of continuations over their first second", head, [cells])


def references(prepared: Prepared, split: str, frames: int) -> list[Rows]:
    """Recordings to compare samples with, up to a common length; none where there is one recording only."""
    count = min(MEASURED, len(prepared.split(split)))
    if count < 2:
        return []
    real = examples(prepared, split, count, min(frames, longest(prepared, split, count)))
    rows = [*map(prepared.rows, real.batch.x, real.starts)]
    order = np.random.default_rng(0).permutation(count)  # a split is sorted by speaker: mix the two halves
    return [rows[i] for i in order]


def write_json(path: Path, content: Any) -> None:
    """Write JSON into a file."""
    write_text(path, json.dumps(content, indent=1))


def _statistics(name: str, rows: list[Comparison]) -> Table:
    """Distances of samples from recordings, beside the distance between two halves of the recordings."""
    head = ("statistic", "unit", "real", "samples", "distance", "of real halves", "ratio")
    body = [
        (row.name, row.unit, f"{row.real:.3g}", f"{row.made:.3g}", f"{row.distance:.3g}", f"{row.halves:.3g}",
         _ratio(row))
        for row in rows
    ]  # fmt: skip
    return Table(f"{name}: statistics of samples and of real data", head, body)


def _drift(name: str, pairs: list[Drift]) -> Table:
    head = ("statistic", "unit", "first: real", "samples", "ratio", "last: real", "samples", "ratio")
    body = [
        (first.name, first.unit,
         *(text for row in (first, last) for text in (f"{row.real:.3g}", f"{row.made:.3g}", _ratio(row))))
        for first, last in pairs
    ]  # fmt: skip
    return Table(f"{name}: the same in first and last quarters", head, body)


def _ratio(row: Comparison) -> str:
    return "-" if row.ratio is None else f"{row.ratio:.1f}"
