"""The flags that select trained runs."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from swn_jax.commands import common
from swn_jax.errors import SwnError

if TYPE_CHECKING:
    from swn_jax.runs import Run

WORKDIR = flags.DEFINE_string("workdir", None, "the run; required. Where several are compared, with commas")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
CHECKPOINT = flags.DEFINE_enum("checkpoint", "best", ["best", "newest"], "which checkpoint of the run")
OTHER_DATA = flags.DEFINE_bool("other_data", False, "take data that the run was not trained on, in the scaling of its "
    "training; results go into files of their own")  # fmt: skip
AVERAGED = flags.DEFINE_bool("averaged", True, "take averaged weights where the run keeps some; --noaveraged: those of "
    "the last step")  # fmt: skip
SEED = flags.DEFINE_integer("seed", 0, "of what is drawn", lower_bound=0)


def load() -> "Run":
    """Load the run of --workdir."""
    from swn_jax.runs import load_run  # loads jax: after the flags were parsed

    if WORKDIR.value is None:
        raise SwnError("which run? pass --workdir=DIR")
    return load_run(WORKDIR.value, **options())


def load_several() -> "dict[str, Run]":
    """Load the runs of --workdir, by the names of their folders."""
    from swn_jax.runs import load_run, load_runs

    if WORKDIR.value is None:
        raise SwnError("which run? pass --workdir=DIR, or --workdir=DIR,DIR to compare several")
    # trials of a sweep have commas in their names
    folders = [WORKDIR.value] if Path(WORKDIR.value).exists() else WORKDIR.value.split(",")
    return load_runs(folders, functools.partial(load_run, **options()))


def options() -> dict[str, Any]:
    """What the flags say about the loading of each run."""
    return dict(
        data_dir=DATA_DIR.value, checkpoint=CHECKPOINT.value, averaged=AVERAGED.value, other=OTHER_DATA.value,
        warn=common.warn,
    )  # fmt: skip
