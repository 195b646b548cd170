"""Write samples of runs as files, with a page to play, view and compare them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from swn_jax.data import Prepared
from swn_jax.data.columns import Columns
from swn_jax.data.domain import Rows
from swn_jax.data.examples import Examples, examples, longest
from swn_jax.errors import SwnError, unknown
from swn_jax.runs import Run, SampleRequest, sample_run
from swn_jax.runs.request import check as check_request
from swn_jax.runs.sample import MODES, recordings
from swn_jax.studies import sample_quality
from swn_jax.studies.page import Table, as_text, page
from swn_jax.studies.sample_asked import answers

NOTES = {
    "generate": "new sequences, unrelated to the recordings beside them.",
    "continue": "the first part is from the recording, the rest is sampled.",
    "reconstruct": "each frame from its density given the frames before it and z from the posterior.",
    "interpolate": "from one recording to another in latent space.",
}


def write(
    out: Path, runs: Mapping[str, Run], modes: Sequence[str], request: SampleRequest, split: str, command: str,
    tell: Callable[[str], None],
) -> Path:  # fmt: skip
    """Write samples of each run and mode into folders of `out`, and `index.html`, whose path is returned.

    Args:
      out: the folder.
      runs: by name, on one corpus.
      modes: of `sample_run`; interpolate cannot be combined, as its rows differ from those of the other modes.
      request: count, length and temperatures.
      split: of the reference recordings; "" for the split that the corpus reports.
      command: the command line, shown on the page.
      tell: called with lines of progress.
    Raises:
      SwnError: for modes that cannot be combined, and as `sample_run` does.
    """
    check(modes)
    check_request(request)
    if request.text and not {"generate", "continue"} & set(modes):
        asked = f"found --text={request.text[0]} with --what={','.join(modes)}"
        raise SwnError(f"{asked}, which writes what recordings say: leave it out, or pass --what=generate")
    first = next(iter(runs.values())).prepared.given("")
    split = split or first.corpus.splits[-1]
    out.mkdir(parents=True, exist_ok=True)
    real, names = beside(first, split, modes, request), row_names(modes[0], request)
    shown = [names[0], names[-1]] if modes == ["interpolate"] else names
    truth = dict(zip(shown, map(first.rows, real.batch.x, real.starts), strict=False))
    columns = {"recording": write_column(first, out / "recording", truth, {}, {})}
    known = sample_quality.references(first, split, request.frames) if "generate" in modes else []
    tables, remarks = [], []
    for name, run, mode in ((name, run, mode) for name, run in runs.items() for mode in modes):
        title = name if len(modes) == 1 else f"{name}: {mode}"
        own = beside(run.prepared, split, modes, request)
        samples = sample_run(run, mode, request, real=own)
        rows, clipped = dict(zip(names, samples.rows, strict=True)), dict(zip(names, samples.clipped, strict=True))
        columns[title] = write_column(run.prepared, out / slug(title), rows, truth, clipped)
        ended = sum(n < samples.frames.shape[1] for n in samples.lengths)
        tell(f"{title}: {len(rows)} sequences of {samples.frames.shape[1]} frames, {sum(samples.clipped)} of "
             f"{samples.frames.size} numbers clipped{f', {ended} ended before' if ended else ''}")  # fmt: skip
        given = run.prepared.condition
        if mode == "generate" and isinstance(given, Columns):
            remarks.append(f"{title}: given the {given.kind} ({', '.join(given.names)}) of the recordings beside them.")
            tell(remarks[-1])
        found: list[Table] = []
        if mode == "generate" and known:
            found = sample_quality.generated(out / slug(title), name, run.prepared, known, samples.rows)
        elif mode == "generate":
            remarks.append(f"{title}: no statistics, they compare with two recordings of {split}, and it has one.")
            tell(remarks[-1])
        elif mode == "continue":
            found = [sample_quality.continued(out / slug(title), name, run.prepared, request, real, samples)]
        if mode == "generate":
            found += answers(out / slug(title), name, run.prepared, request, split, own, samples.rows)
        for each in found:
            tell(as_text(each))
        tables += found
    notes = [f"{first.corpus.name}, {split} split.", *(f"{mode}: {NOTES[mode]}" for mode in modes), *remarks, command]
    items = [(n, [column.get(n) for column in columns.values()]) for n in names]
    page(out / "index.html", f"{', '.join(modes)}: {', '.join(runs)}", notes, list(columns), items, tables)
    return out / "index.html"


def check(modes: Sequence[str]) -> None:
    """Raise SwnError for an unknown mode, and for modes that cannot be combined."""
    for mode in modes:
        if mode not in (*MODES, "stream"):
            raise unknown("sampling mode", mode, [*MODES, "stream"])
        if mode in ("interpolate", "stream") and len(modes) > 1:
            raise SwnError(f"found --what={','.join(modes)}, wanted {mode} alone: run the others separately")


def row_names(mode: str, request: SampleRequest) -> list[str]:
    """The names of the rows of the page."""
    if mode == "interpolate":
        return [f"weight {w:.2f}" for w in np.linspace(0, 1, request.num)]
    return [f"{i}" for i in range(request.num)]


def beside(prepared: Prepared, split: str, modes: Sequence[str], request: SampleRequest) -> Examples:
    """The reference recordings; for generated samples, fewer or shorter ones if there are not enough."""
    if list(modes) == ["generate"] and not isinstance(prepared.condition, Columns):
        count = min(request.num, len(prepared.split(split)))
        return examples(prepared.given(""), split, count, min(request.frames, longest(prepared, split, count)))
    return recordings(prepared, next((mode for mode in modes if mode != "generate"), "generate"), split, request)


def write_column(
    prepared: Prepared, folder: Path, rows: Mapping[str, Rows], truth: Mapping[str, Rows], clipped: Mapping[str, int]
) -> dict:
    """Write sequences with the functions of their domain; returns the files by name."""
    folder.mkdir(exist_ok=True)
    manifest, write_one = prepared.manifest, prepared.corpus.domain.write
    try:
        return {
            name: write_one(folder, slug(name), sequence, manifest.rate, manifest.extra, real=truth.get(name),
                            clipped=clipped.get(name, 0))
            for name, sequence in rows.items()
        }  # fmt: skip
    except (OSError, RuntimeError) as error:  # the latter of libsndfile
        remedy = "free disk space, or choose another --out"
        raise SwnError(f"{folder}: cannot be written ({' '.join(str(error).split())}): {remedy}") from error


def slug(name: str) -> str:
    """A name made safe for files."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)
