"""A report on a study, or a figure of the paper from trained runs.

python -m experiments.report --workdir=study
python -m experiments.report --figure=3 --workdir=run-rnn,run-vrnn,run-swavenet --data_dir=data --out=figure_3.png
"""

from pathlib import Path

import numpy as np
from absl import flags

from experiments import common, draws, saved
from swn_jax.data.examples import examples, longest
from swn_jax.errors import SwnError
from swn_jax.outputs.ink_figure import figure
from swn_jax.report.write import write
from swn_jax.sampling import Temperature

FIGURE = flags.DEFINE_enum("figure", None, ["3"], "3: lines of writing, ground truth and each run side by side; left "
    "out: the report on all runs in the folders of --workdir, with tables 1 and 2, figures 4 and 5")  # fmt: skip
LINES = flags.DEFINE_integer("lines", 8, "of each", lower_bound=1)
FRAMES = flags.DEFINE_integer("frames", 300, "points of a line", lower_bound=1)
TEMPERATURE = flags.DEFINE_float("temperature", 1.0, "factor on the deviations of x", lower_bound=0.0)
TEMPERATURE_Z = flags.DEFINE_float("temperature_z", 1.0, "factor on the deviations of z", lower_bound=0.0)
OUT = flags.DEFINE_string("out", None, "the picture (figure_3.png), or the folder of the report (WORKDIR/report)")


def main(_: list[str]) -> None:
    if FIGURE.value == "3":
        figure_3(Path(OUT.value or "figure_3.png"))
        return
    if saved.WORKDIR.value is None:
        raise SwnError("which study? pass --workdir=DIR, the folder that holds the runs")
    study = Path(saved.WORKDIR.value)
    for path in write(study, Path(OUT.value) if OUT.value else study / "report"):
        print(path)


def figure_3(out: Path) -> None:
    runs = saved.load_several()
    first = next(iter(runs.values()))
    if first.corpus.domain.name != "ink":
        raise SwnError(f"figure 3 is of writing, {first.workdir} was trained on {first.corpus.name}: take runs on ink")
    split = first.corpus.splits[-1]
    frames = min(FRAMES.value, longest(first.prepared, split, LINES.value))
    real = examples(first.prepared, split, LINES.value, frames)
    asked = draws.Asked(frames, LINES.value, saved.SEED.value, Temperature(TEMPERATURE.value, TEMPERATURE_Z.value))
    columns = {"ground truth": [first.prepared.rows(x) for x in real.x]}
    for name, run in runs.items():
        columns[name] = [run.prepared.rows(x) for x in np.asarray(draws.generate(run, real, asked))]
    figure(out, columns, LINES.value)
    print(f"{LINES.value} lines of {frames} points of {', '.join(columns)}: {out}")


if __name__ == "__main__":
    common.run(main)
