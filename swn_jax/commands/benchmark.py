"""Measure what a device makes of train steps and sampling.

python -m experiments.benchmark --what=all --minutes=8 --out=speed.json
python -m experiments.benchmark --what=step,sampling --presets=timit:swavenet --plan=full
"""

import functools
from pathlib import Path

from absl import flags

from swn_jax.errors import SwnError

WHAT = flags.DEFINE_list("what", ["all"], "tables: step, warm_compile, sampling, replicas, lengths; or all")
PLAN = flags.DEFINE_enum("plan", None, ["full", "small"], "at the sizes of the papers, or tiny; small on a CPU, "
                         "if not set, and full elsewhere")  # fmt: skip
PRESETS = flags.DEFINE_list("presets", [], "CORPUS:SYSTEM, of which alone to measure steps and sampling")
MINUTES = flags.DEFINE_float("minutes", 8.0, "after which nothing more is begun", lower_bound=0.0)
OUT = flags.DEFINE_string("out", None, "a .json file, whole after every row, with a page of tables beside it as .md")


def main(_: list[str]) -> None:
    from swn_jax.studies.benchmark import measure, plan_of

    path = Path(OUT.value) if OUT.value else None
    if path and path.suffix != ".json":
        raise SwnError(f"found --out={path}, wanted a name that ends in .json: change it")
    tell = functools.partial(print, flush=True)
    measure(WHAT.value, plan_of(PLAN.value, PRESETS.value), MINUTES.value, path, tell)
