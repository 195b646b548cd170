"""Samples of runs as files, and a page on which to hear, see and compare them."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from swn_jax.data import Prepared
from swn_jax.data.domain import Rows
from swn_jax.data.examples import examples, longest
from swn_jax.data.statistics import Comparison, compare
from swn_jax.errors import SwnError, unknown
from swn_jax.runs import Run, SampleRequest, sample_run
from swn_jax.runs.sample import MODES
from swn_jax.studies.page import Table, page
from swn_jax.types import Batch

MEASURED = 64  # real sequences that generated ones are compared with, at most
NOTES = {
    "generate": "new sequences, which have nothing to do with the recordings beside them.",
    "continue": "the first part is the recording's, the rest is drawn.",
    "reconstruct": "each frame from its density given the frames before it and z of the posterior.",
    "interpolate": "from one recording to another in latent space.",
}


def write(
    out: Path, runs: Mapping[str, Run], modes: Sequence[str], request: SampleRequest, split: str, command: str,
    tell: Callable[[str], None],
) -> Path:  # fmt: skip
    """Write samples of each run by each mode into folders of `out`, and `index.html`, whose path is returned.

    Args:
      out: the folder.
      runs: by name, of one corpus.
      modes: of `sample_run`; interpolate stands alone, for its rows are not those of the others.
      request: how many, how long, at which temperatures.
      split: of the recordings beside them; "" for the one that the corpus reports.
      command: that the page says it is of.
      tell: takes sentences about what was made.
    Raises:
      SwnError: for modes that do not go together, and as `sample_run` does.
    """
    check(modes)
    first = next(iter(runs.values())).prepared
    split = split or first.corpus.splits[-1]
    out.mkdir(parents=True, exist_ok=True)
    real, names = beside(first, split, modes, request), row_names(modes[0], request)
    shown = [names[0], names[-1]] if modes == ["interpolate"] else names
    truth = dict(zip(shown, (first.rows(x) for x in real.x), strict=False))
    columns = {"recording": write_column(first, out / "recording", truth, {}, {})}
    tables = []
    for name, run, mode in ((name, run, mode) for name, run in runs.items() for mode in modes):
        title = name if len(modes) == 1 else f"{name}: {mode}"
        made = sample_run(run, mode, request, real=real)
        rows, clipped = dict(zip(names, made.rows, strict=True)), dict(zip(names, made.clipped, strict=True))
        columns[title] = write_column(run.prepared, out / slug(title), rows, truth, clipped)
        tell(f"{title}: {len(rows)} sequences of {made.frames.shape[1]} frames, "
             f"{sum(made.clipped)} of {made.frames.size} numbers clipped")  # fmt: skip
        if mode == "generate":
            found = measured(first, split, request.frames, made.rows)
            (out / slug(title) / "quality.json").write_text(json.dumps([row._asdict() for row in found], indent=1))
            tables.append(table(name, found))
            tell("\n".join("  ".join(f"{text:<22}" for text in row) for row in (tables[-1].head, *tables[-1].rows)))
    notes = [f"{first.corpus.name}, {split} split.", *(f"{mode}: {NOTES[mode]}" for mode in modes), command]
    items = [(n, [column.get(n) for column in columns.values()]) for n in names]
    page(out / "index.html", f"{', '.join(modes)}: {', '.join(runs)}", notes, list(columns), items, tables)
    return out / "index.html"


def check(modes: Sequence[str]) -> None:
    """Raises SwnError for an unknown mode, and for one that does not go with others."""
    for mode in modes:
        if mode not in (*MODES, "stream"):
            raise unknown("kind of draw", mode, [*MODES, "stream"])
        if mode in ("interpolate", "stream") and len(modes) > 1:
            raise SwnError(f"--what={','.join(modes)}: {mode} stands alone, leave the others to another call")


def row_names(mode: str, request: SampleRequest) -> list[str]:
    """The rows of the page."""
    if mode == "interpolate":
        return [f"weight {w:.2f}" for w in np.linspace(0, 1, request.num)]
    return [f"{i}" for i in range(request.num)]


def beside(prepared: Prepared, split: str, modes: Sequence[str], request: SampleRequest) -> Batch:
    """The recordings that are shown; beside new sequences only as many and as long as there are."""
    if list(modes) == ["generate"]:
        count = min(request.num, len(prepared.split(split)))
        return examples(prepared, split, count, min(request.frames, longest(prepared, split, count)))
    return examples(prepared, split, 2 if list(modes) == ["interpolate"] else request.num, request.frames)


def write_column(
    prepared: Prepared, folder: Path, rows: Mapping[str, Rows], truth: Mapping[str, Rows], clipped: Mapping[str, int]
) -> dict:
    """Writes sequences by the functions of their domain; their files by name."""
    folder.mkdir(exist_ok=True)
    manifest, write_one = prepared.manifest, prepared.corpus.domain.write
    return {
        name: write_one(folder, slug(name), each, manifest.rate, manifest.extra, real=truth.get(name),
                        clipped=clipped.get(name, 0))
        for name, each in rows.items()
    }  # fmt: skip


def measured(prepared: Prepared, split: str, frames: int, made: Sequence[Rows]) -> list[Comparison]:
    """The statistics of samples beside those of recordings."""
    count = min(MEASURED, len(prepared.split(split)))
    real = examples(prepared, split, count, min(frames, longest(prepared, split, count)))
    halved = np.random.default_rng(0).permutation(real.x)  # a split goes round its speakers in order
    manifest, measure = prepared.manifest, prepared.corpus.domain.measure
    return compare(measure, [prepared.rows(s) for s in halved], made, manifest.rate, manifest.extra)


def slug(name: str) -> str:
    """A name as one that files can have."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)


def table(name: str, rows: list[Comparison]) -> Table:
    """How far the samples of a run lie from recordings, beside how far one half of those lies from the other."""
    head = ("statistic", "unit", "real", "samples", "distance", "of real halves", "ratio")
    body = [
        (row.name, row.unit, f"{row.real:.3g}", f"{row.made:.3g}", f"{row.distance:.3g}", f"{row.halves:.3g}",
         f"{row.distance / row.halves:.1f}" if row.halves else "-")
        for row in rows
    ]  # fmt: skip
    return Table(f"{name}: statistics of samples and of real data", head, body)
