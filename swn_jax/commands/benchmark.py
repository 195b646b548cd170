"""Measure what a device makes of train steps and sampling.

python -m experiments.benchmark --what=all --minutes=8 --out=speed.json
python -m experiments.benchmark --what=step,sampling --minutes=3
"""

from pathlib import Path

from absl import flags

WHAT = flags.DEFINE_list("what", ["all"], "tables: step, warm_compile, sampling, replicas, lengths; or all")
MINUTES = flags.DEFINE_float("minutes", 8.0, "after which no more is begun", lower_bound=0.0)
OUT = flags.DEFINE_string("out", None, "a JSON file, whole after every row, with a page of tables beside it as .md")


def main(_: list[str]) -> None:
    import functools

    import jax

    from swn_jax.studies.benchmark import measure, plan_for

    tell = functools.partial(print, flush=True)
    measure(WHAT.value, plan_for(jax.devices()[0]), MINUTES.value, Path(OUT.value) if OUT.value else None, tell=tell)
