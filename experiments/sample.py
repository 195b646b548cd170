"""Draw from runs: new sequences, continued, reconstructed or mixed ones, as files and a page to hear, see and compare.

python -m experiments.sample --workdir=run --data_dir=data --what=generate --num=8 --seconds=2 --out=samples
python -m experiments.sample --workdir=run-a,run-b --data_dir=data --what=continue --seconds=4 --prefix=1 --out=samples
"""

import json
import sys
from pathlib import Path

import numpy as np
from absl import flags

from experiments import common, draws, saved
from swn_jax.data.examples import examples, longest
from swn_jax.data.speech import clipped
from swn_jax.errors import SwnError
from swn_jax.outputs.page import Table, page
from swn_jax.outputs.writers import WRITERS
from swn_jax.quality.compare import Row, compare
from swn_jax.quality.measures import MEASURES
from swn_jax.sampling import Temperature

OUT = flags.DEFINE_string("out", "samples", "the folder for what is made")
WHAT = flags.DEFINE_enum("what", "generate", [*draws.DRAWS, "stream"], "what to draw; stream: one long sound, to disk")
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
    runs, out = saved.load_several(), Path(OUT.value)
    first = next(iter(runs.values()))
    prepared, split = first.prepared, SPLIT.value or first.corpus.splits[-1]
    rate, extra = prepared.manifest.rate, prepared.manifest.extra
    frames = length(rate, prepared.split(split).step)
    asked = draws.Asked(frames, NUM.value, saved.SEED.value, Temperature(TEMPERATURE.value, TEMPERATURE_Z.value),
                        given=round(PREFIX.value * frames), draw=DRAW.value)  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    if WHAT.value == "stream":
        draws.stream(runs, asked, out)
        return
    fewer = {"generate": min(frames, longest(prepared, split, NUM.value))}
    count = {"interpolate": 2, "generate": min(NUM.value, len(prepared.split(split)))}.get(WHAT.value, NUM.value)
    real = examples(prepared, split, count, fewer.get(WHAT.value, frames))
    write, names = WRITERS[first.corpus.domain.name], draws.names(WHAT.value, asked)
    truth = dict(zip(draws.truths(WHAT.value, names), (prepared.rows(x) for x in real.x), strict=False))
    columns = {"recording": {n: write(folder(out, "recording"), slug(n), r, rate, extra) for n, r in truth.items()}}
    tables = []
    for name, run in runs.items():
        x = np.asarray(draws.DRAWS[WHAT.value](run, real, asked))
        made = {n: run.prepared.rows(sequence) for n, sequence in zip(names, x, strict=True)}
        over = [clipped(s * run.prepared.scale + run.prepared.shift) if prepared.corpus.domain.name == "speech" else 0
                for s in x]  # fmt: skip
        columns[name] = {
            n: write(folder(out, name), slug(n), made[n], rate, extra, real=truth.get(n), clipped=over[i])
            for i, n in enumerate(names)
        }
        print(f"{name}: {len(made)} sequences of {x.shape[1]} frames, {sum(over)} of {x.size} numbers clipped")
        if WHAT.value == "generate":
            judged = min(JUDGED, len(prepared.split(split)))
            whole = examples(prepared, split, judged, min(frames, longest(prepared, split, judged)))
            halved = np.random.default_rng(0).permutation(whole.x)  # a split goes round its speakers in order
            found = compare(MEASURES[prepared.corpus.domain.name], [prepared.rows(s) for s in halved],
                            list(made.values()), rate, extra)  # fmt: skip
            tables.append(table(name, found))
            (folder(out, name) / "quality.json").write_text(json.dumps([row._asdict() for row in found], indent=1))
            print("\n".join("  ".join(f"{text:<22}" for text in row) for row in (tables[-1].head, *tables[-1].rows)))
    notes = [
        f"{first.corpus.name}, {split} split. {draws.NOTES[WHAT.value]}",
        f"python -m experiments.sample {' '.join(sys.argv[1:])}",
    ]
    items = [(n, [column.get(n) for column in columns.values()]) for n in names]
    page(out / "index.html", f"{WHAT.value}: {', '.join(runs)}", notes, list(columns), items, tables)
    print(f"open {out / 'index.html'}")


def folder(out: Path, name: str) -> Path:
    place = out / slug(name)
    place.mkdir(exist_ok=True)
    return place


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
