"""Draw from runs: new sequences, continued, reconstructed or mixed ones, as files and a page to hear, see and compare.

python -m experiments.sample --workdir=run --data_dir=data --what=generate --num=8 --seconds=2 --out=samples
python -m experiments.sample --workdir=run-a,run-b --data_dir=data --what=reconstruct,generate --seconds=4 --out=samples
"""

import itertools
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from absl import flags

from experiments import common, draws, saved
from swn_jax.data import Prepared
from swn_jax.data.examples import examples, longest
from swn_jax.data.speech import clipped
from swn_jax.errors import SwnError, unknown
from swn_jax.outputs.page import Table, page
from swn_jax.outputs.writers import WRITERS
from swn_jax.outputs.written import Written
from swn_jax.quality.compare import Row, compare
from swn_jax.quality.measures import MEASURES
from swn_jax.sampling import Temperature
from swn_jax.types import Batch

OUT = flags.DEFINE_string("out", "samples", "the folder for what is made")
WHAT = flags.DEFINE_list("what", ["generate"], "what to draw: generate, continue, reconstruct, or several of these, "
    "side by side; interpolate; stream: one long sound, to disk")  # fmt: skip
NUM = flags.DEFINE_integer("num", 8, "how many sequences; of interpolate, steps from one to the other", lower_bound=1)
SECONDS = flags.DEFINE_float("seconds", 2.0, "length of each", lower_bound=0.0)
FRAMES = flags.DEFINE_integer("frames", None, "length of each in frames: for ink, which has no clock", lower_bound=1)
PREFIX = flags.DEFINE_float("prefix", 0.5, "the share of the length that continue is given", 0.0, 1.0)
SPLIT = flags.DEFINE_string("split", None, "of the real sequences; the corpus' last one if not given")
DRAW = flags.DEFINE_bool("draw", False, "reconstruct: draw each frame in place of its mean")
TEMPERATURE = flags.DEFINE_float("temperature", 1.0, "factor on the deviations of x", lower_bound=0.0)
TEMPERATURE_Z = flags.DEFINE_float("temperature_z", 1.0, "factor on the deviations of z", lower_bound=0.0)
JUDGED = 64  # real sequences that generated ones are held against, at most


def main(_: list[str]) -> None:
    runs, out, whats = saved.load_several(), Path(OUT.value), wanted(WHAT.value)
    first = next(iter(runs.values()))
    prepared, split = first.prepared, SPLIT.value or first.corpus.splits[-1]
    frames = length(prepared.manifest.rate, prepared.split(split).step)
    asked = draws.Asked(frames, NUM.value, saved.SEED.value, Temperature(TEMPERATURE.value, TEMPERATURE_Z.value),
                        given=round(PREFIX.value * frames), draw=DRAW.value)  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    if whats == ["stream"]:
        draws.stream(runs, asked, out)
        return
    real = beside(prepared, split, whats, frames)
    names = draws.names(whats[0], asked)
    truth = dict(zip(draws.truths(whats[0], names), (prepared.rows(x) for x in real.x), strict=False))
    columns = {"recording": {n: written(prepared, out / "recording", n, rows) for n, rows in truth.items()}}
    tables = []
    for (name, run), what in itertools.product(runs.items(), whats):
        title = name if len(whats) == 1 else f"{name}: {what}"
        folder, x = out / slug(title), np.asarray(draws.DRAWS[what](run, real, asked))
        made = {n: run.prepared.rows(sequence) for n, sequence in zip(names, x, strict=True)}
        over = [over_range(run.prepared, sequence) for sequence in x]
        columns[title] = {
            n: written(run.prepared, folder, n, rows, real=truth.get(n), clipped=over[i])
            for i, (n, rows) in enumerate(made.items())
        }
        print(f"{title}: {len(made)} sequences of {x.shape[1]} frames, {sum(over)} of {x.size} numbers clipped")
        if what == "generate":
            found = judged(prepared, split, frames, list(made.values()))
            tables.append(table(name, found))
            (folder / "quality.json").write_text(json.dumps([row._asdict() for row in found], indent=1))
            print("\n".join("  ".join(f"{text:<22}" for text in row) for row in (tables[-1].head, *tables[-1].rows)))
    notes = [
        f"{first.corpus.name}, {split} split.",
        *(f"{what}: {draws.NOTES[what]}" for what in whats),
        f"python -m experiments.sample {' '.join(sys.argv[1:])}",
    ]
    items = [(n, [column.get(n) for column in columns.values()]) for n in names]
    page(out / "index.html", f"{', '.join(whats)}: {', '.join(runs)}", notes, list(columns), items, tables)
    print(f"open {out / 'index.html'}")


def wanted(whats: list[str]) -> list[str]:
    """What to draw, checked: interpolate and stream stand alone, for their rows are not those of the others."""
    for what in whats:
        if what not in (*draws.DRAWS, "stream"):
            raise unknown("kind of draw", what, [*draws.DRAWS, "stream"])
        if what in ("interpolate", "stream") and len(whats) > 1:
            raise SwnError(f"--what={','.join(whats)}: {what} stands alone, leave the others to another call")
    if not whats:
        raise SwnError("what shall be drawn? pass --what=generate")
    return whats


def beside(prepared: Prepared, split: str, whats: list[str], frames: int) -> Batch:
    """The real sequences that are shown; of those that new ones stand beside only as many and as long as there are."""
    if whats == ["generate"]:
        count = min(NUM.value, len(prepared.split(split)))
        return examples(prepared, split, count, min(frames, longest(prepared, split, count)))
    return examples(prepared, split, 2 if whats == ["interpolate"] else NUM.value, frames)


def judged(prepared: Prepared, split: str, frames: int, made: list[np.ndarray]) -> list[Row]:
    """The statistics of samples beside those of real sequences."""
    count = min(JUDGED, len(prepared.split(split)))
    whole = examples(prepared, split, count, min(frames, longest(prepared, split, count)))
    halved = np.random.default_rng(0).permutation(whole.x)  # a split goes round its speakers in order
    measure, manifest = MEASURES[prepared.corpus.domain.name], prepared.manifest
    return compare(measure, [prepared.rows(s) for s in halved], made, manifest.rate, manifest.extra)


def written(prepared: Prepared, folder: Path, name: str, rows: np.ndarray, **more: Any) -> Written:
    folder.mkdir(exist_ok=True)
    write, manifest = WRITERS[prepared.corpus.domain.name], prepared.manifest
    return write(folder, slug(name), rows, manifest.rate, manifest.extra, **more)


def over_range(prepared: Prepared, x: np.ndarray) -> int:
    """How many numbers of a standardised sequence do not fit into 16 bits; 0 where that is no limit."""
    return clipped(x * prepared.scale + prepared.shift) if prepared.corpus.domain.name == "speech" else 0


def slug(name: str) -> str:
    """A name as one that files can have."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)


def table(name: str, rows: list[Row]) -> Table:
    """How far the samples of a run lie from real data, beside how far one half of that lies from the other."""
    head = ("statistic", "unit", "real", "samples", "distance", "of real halves", "ratio")
    body = [
        (row.name, row.unit, f"{row.real:.3g}", f"{row.made:.3g}", f"{row.distance:.3g}", f"{row.halves:.3g}",
         f"{row.distance / row.halves:.1f}" if row.halves else "-")
        for row in rows
    ]  # fmt: skip
    return Table(f"{name}: statistics of samples and of real data", head, body)


def length(rate: float | None, step: int) -> int:
    """Frames of a sequence, from the flags."""
    if FRAMES.value is not None:
        return FRAMES.value
    if rate is None:
        raise SwnError("this corpus has no clock: give the length as --frames=500")
    return max(1, round(SECONDS.value * rate / step))


if __name__ == "__main__":
    common.run(main)
