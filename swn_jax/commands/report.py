"""A report on a study, or a figure of the paper from trained runs.

python -m experiments.report --workdir=study
python -m experiments.report --figure=3 --workdir=run-rnn,run-vrnn,run-swavenet --data_dir=data --out=figure_3.png
"""

from pathlib import Path

from absl import flags

from swn_jax.commands import run_flags
from swn_jax.errors import SwnError

FIGURE = flags.DEFINE_enum("figure", None, ["3"], "3: lines of writing, ground truth and each run side by side; left "
    "out: the report on all runs in the folders of --workdir, with tables 1 and 2, figures 4 and 5")  # fmt: skip
LINES = flags.DEFINE_integer("lines", 8, "of each, at most", lower_bound=1)
FRAMES = flags.DEFINE_integer("frames", 300, "points of a line", lower_bound=1)
TEMPERATURE = flags.DEFINE_float("temperature", 1.0, "factor on the deviations of x", lower_bound=0.0)
TEMPERATURE_Z = flags.DEFINE_float("temperature_z", 1.0, "factor on the deviations of z", lower_bound=0.0)
OUT = flags.DEFINE_string("out", None, "the picture (figure_3.png), or the folder of the report (WORKDIR/report)")


def main(_: list[str]) -> None:
    if FIGURE.value == "3":
        figure_3(Path(OUT.value or "figure_3.png"))
        return
    if run_flags.WORKDIR.value is None:
        raise SwnError("which study? pass --workdir=DIR, the folder that holds the runs")
    from swn_jax.studies.report.write import write

    study = Path(run_flags.WORKDIR.value)
    for path in write(study, Path(OUT.value) if OUT.value else study / "report"):
        print(path)


def figure_3(out: Path) -> None:
    """Draw the figure from the runs of --workdir."""
    runs = run_flags.load_several()
    from swn_jax.runs import SampleRequest
    from swn_jax.sampling import Temperature
    from swn_jax.studies.figure_3 import draw

    temperature = Temperature(TEMPERATURE.value, TEMPERATURE_Z.value)
    request = SampleRequest(FRAMES.value, LINES.value, run_flags.SEED.value, temperature)
    columns, frames = draw(out, runs, request)
    print(f"lines of {frames} points of {', '.join(columns)}: {out}")
