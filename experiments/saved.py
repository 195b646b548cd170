"""A run that lies in a workdir: the flags that name it, and its config, corpus, model and checkpoint."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import jax
from absl import flags
from ml_collections import ConfigDict

import swn_jax
from experiments.common import anneal_of, model_of, optimizer_of
from swn_jax.data import Corpus, Prepared, corpus, open_corpus
from swn_jax.errors import SwnError
from swn_jax.train.checkpoint import Checkpoints, Restored
from swn_jax.train.state import TrainState, init_state, variables_of
from swn_jax.types import Variables

WORKDIR = flags.DEFINE_string("workdir", None, "the run; required. Where several are compared, with commas")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
CHECKPOINT = flags.DEFINE_enum("checkpoint", "best", ["best", "newest"], "which checkpoint of the run")
SEED = flags.DEFINE_integer("seed", 0, "of what is drawn", lower_bound=0)


class Run(NamedTuple):
    """A trained model and what belongs to it."""

    workdir: Path
    config: ConfigDict
    corpus: Corpus
    prepared: Prepared
    model: swn_jax.Model
    variables: Variables
    step: int


def load() -> Run:
    """The run that the flags name."""
    if WORKDIR.value is None:
        raise SwnError("which run? pass --workdir=DIR")
    return load_from(Path(WORKDIR.value))


def load_several() -> dict[str, Run]:
    """The runs that the flags name, of one corpus, by the names of their folders."""
    if WORKDIR.value is None:
        raise SwnError("which run? pass --workdir=DIR, or --workdir=DIR,DIR to compare several")
    runs: dict[str, Run] = {}
    several = WORKDIR.value.split(",")
    for text in [WORKDIR.value] if Path(WORKDIR.value).exists() else several:  # cells of a sweep have commas in names
        folder = Path(text)
        run = load_from(folder)
        first = next(iter(runs.values()), run)
        if run.config.dataset != first.config.dataset:
            raise SwnError(f"{folder} was trained on {run.config.dataset}, {first.workdir} on {first.config.dataset}: "
                           "compare runs of one corpus")  # fmt: skip
        if run.prepared.frame != first.prepared.frame:
            raise SwnError(f"{folder} has frames of {run.prepared.frame}, {first.workdir} of {first.prepared.frame}: "
                           "compare runs with frames as long")  # fmt: skip
        runs[str(folder) if folder.name in runs else folder.name] = run
    return runs


def load_from(workdir: Path) -> Run:
    """The run of a workdir; damaged checkpoints are told on the way."""
    config = recall(workdir)
    if config.get("replicas", 1) > 1:
        raise SwnError(f"{workdir} holds {config.replicas} replicas: name one, --workdir={workdir}/seed_{config.seed}")
    record = corpus(config.dataset)
    prepared = open_corpus(record.name, DATA_DIR.value, config.scaling, config.get("frame", 0))
    model = model_of(config, prepared.frame)
    state = restored(config, model, workdir / {"best": "best", "newest": "checkpoints"}[CHECKPOINT.value]).state
    return Run(workdir, config, record, prepared, model, variables_of(state), int(state.step))


def recall(workdir: Path) -> ConfigDict:
    path = workdir / "config.json"
    if not path.exists():
        raise SwnError(f"{workdir} holds no run (no config.json): train one with `python -m experiments.train`")
    return ConfigDict(json.loads(path.read_text()))


def restored(config: ConfigDict, model: swn_jax.Model, folder: Path) -> Restored:
    like = jax.eval_shape(lambda: abstract_state(config, model))
    found = Checkpoints(folder, keep=1).restore(like) if folder.exists() else None
    if found is None:
        raise SwnError(f"{folder} holds no checkpoint yet: train on, it is written every eval_every steps")
    for text in found.damaged:
        print(f"warning: damaged checkpoint passed over: {text}", file=sys.stderr)
    return found


def abstract_state(config: ConfigDict, model: swn_jax.Model) -> TrainState:
    """A state of the run's shapes; no number in it is used."""
    one = jax.numpy.zeros((1, 1, model.frame))
    batch = swn_jax.Batch(one, one[..., 0], one[:, 0])
    return init_state(model, optimizer_of(config, 1), anneal_of(config, 1), 0, batch)
