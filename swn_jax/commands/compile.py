"""Compile the programs of a config for accelerators that are not there, and say what they would take of them.

python -m experiments.compile --config=timit:swavenet --target=h100,h100x4,v5e-4
python -m experiments.compile --config=timit:swavenet --config.model.dtype=bfloat16 --target=h100 --out=compiled.json
"""

import functools
from pathlib import Path

from absl import flags

from swn_jax.commands import config_flag
from swn_jax.errors import SwnError

TARGET = flags.DEFINE_list("target", ["h100"], "accelerators, as h100, h100x4, h200, v5e-4")
WHAT = flags.DEFINE_list("what", ["all"], "programs: step, replicas, evaluation, sampling, and on several devices "
                         "shared_out; or all")  # fmt: skip
LARGEST = flags.DEFINE_boolean("largest", True, "look for the largest batch that fits, for which a train step compiles "
                               "once or twice more")  # fmt: skip
OUT = flags.DEFINE_string("out", None, "a .json file, whole after every program, with a page of tables beside it as "
                          ".md; what is in it already is not compiled again")  # fmt: skip


def main(_: list[str]) -> None:
    from swn_jax.studies.compiled import compile_all, page

    path = Path(OUT.value) if OUT.value else None
    if path and path.suffix != ".json":
        raise SwnError(f"found --out={path}, wanted a name that ends in .json: change it")
    config, (name, changed) = config_flag.config(), config_flag.name_and_settings()
    changes = ", ".join(f"{key}={value}" for key, value in sorted(changed.items()))
    tell = functools.partial(print, flush=True)
    print(page(compile_all(config, name, changes, TARGET.value, WHAT.value, LARGEST.value, path, tell)))
