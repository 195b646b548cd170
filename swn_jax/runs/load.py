"""Loading a trained run: config, corpus, model and the variables of a checkpoint."""

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import jax
from ml_collections import ConfigDict

from swn_jax.corpora import open_corpus
from swn_jax.data import Corpus, Prepared
from swn_jax.data.columns import KIND, Columns
from swn_jax.data.condition import Condition
from swn_jax.data.text import KIND as TEXT
from swn_jax.data.text import Text
from swn_jax.errors import SwnError, unknown
from swn_jax.runs.density import density_of
from swn_jax.runs.optimizer import keeps_average
from swn_jax.runs.parts import first_state, model_of
from swn_jax.runs.train import ignore
from swn_jax.runs.workdir import CHECKPOINTS, DATA, as_trained, mark_of, other_data, read_object, recall_trained
from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.state import TrainState, evaluated, variables_of
from swn_jax.types import Model, Variables

Given = Condition | Text | Columns | None
FOLDERS = {"best": "best", "newest": CHECKPOINTS}


class Run(NamedTuple):
    """A trained run, loaded from its folder."""

    workdir: Path
    config: ConfigDict
    prepared: Prepared  # its corpus, ready to read
    model: Model
    variables: Variables  # of the checkpoint
    step: int  # of the checkpoint
    averaged: bool = False  # whether the variables are averages over the training, not those of the last step
    other: str = ""  # a mark of its corpus, where that is not the data it was trained on

    @property
    def corpus(self) -> Corpus:
        """The corpus it is evaluated on, as a rule the one it was trained on."""
        return self.prepared.corpus


def load_run(
    workdir: Path | str,
    data_dir: Path | str = "data",
    *,
    checkpoint: str = "best",
    averaged: bool = True,
    other: bool = False,
    warn: Callable[[str], None] = ignore,
) -> Run:
    """Load the run in a folder.

    Args:
      workdir: where it lives.
      data_dir: where prepared corpora lie.
      checkpoint: "best", the one with the best validation bound, or "newest".
      averaged: take averaged weights where the run keeps some, else those of the last step.
      other: take data that it was not trained on, in the scaling of those that it was.
      warn: takes a sentence about each damaged checkpoint that was passed over.
    Raises:
      SwnError: for an unknown checkpoint, a folder without a run or a checkpoint, a corpus that is not prepared, and
        unless `other` for one that it was not trained on.
    """
    if checkpoint not in FOLDERS:
        raise unknown("checkpoint", checkpoint, FOLDERS)
    workdir = Path(workdir)
    config = recall_trained(workdir)
    if config.get("replicas", 1) > 1:
        raise SwnError(f"{workdir} holds {config.replicas} replicas: name one, --workdir={workdir}/seed_{config.seed}")
    prepared = open_corpus(config.dataset, data_dir, config.scaling, config.get("frame_size", 0))
    prepared = with_condition(prepared, condition_in(workdir), workdir)
    mark, odd = "", other_data(prepared, workdir)
    if odd and not other:
        remedy = "give the --data_dir of its training, or pass --other_data to take these in the scaling of those"
        raise SwnError(f"{workdir} was trained on other data than {prepared.path} ({odd}): {remedy}")
    if odd:
        mark, prepared = mark_of(prepared), as_trained(prepared, workdir)
    model = model_of(config, prepared.frame_size, density_of(config, prepared), prepared.condition_width)
    state = restored(config, model, workdir, checkpoint, warn)
    averages = averaged and keeps_average(config)
    variables = evaluated(state) if averages else variables_of(state)
    return Run(workdir, config, prepared, model, variables, int(state.step), averages, mark)


def with_condition(prepared: Prepared, condition: Given, workdir: Path) -> Prepared:
    """A corpus with the condition of a run; raises SwnError where it was prepared with other columns, or none."""
    found = tuple(prepared.manifest.columns.get("names", ()))
    if isinstance(condition, Columns) and condition.kind == KIND and found != condition.names:
        told = f"{prepared.path}: found {'the columns ' + ', '.join(found) if found else 'no columns'}"
        remedy = "prepare it with those into another --data_dir, by --columns=DIR"
        raise SwnError(f"{told}, wanted {', '.join(condition.names)}, with which {workdir} was trained: {remedy}")
    return dataclasses.replace(prepared, condition=condition)


def condition_in(workdir: Path) -> Given:
    """What the model of a run is given, with the names of its training; None for nothing."""
    path = workdir / DATA
    facts = read_object(path) if path.exists() else {}
    for kind, names in facts.get("condition", {}).items():
        if scaling := facts.get("scaling"):
            return Columns(kind, tuple(names), tuple(scaling["mean"]), tuple(scaling["std"]))
        return Text(tuple(names), facts["letters"]) if kind == TEXT else Condition(kind, tuple(names))
    return None


def restored(
    config: ConfigDict, model: Model, workdir: Path, checkpoint: str, warn: Callable[[str], None]
) -> TrainState:
    """Restore the best or the newest intact state of a run."""
    shapes = ConfigDict({**config, "extended": ()})  # with one step per epoch a stretch in epochs has no length
    like = jax.eval_shape(lambda: first_state(shapes, model, epoch=1))
    folder, newest = (workdir / FOLDERS[name] for name in (checkpoint, "newest"))
    found = Checkpoints(folder, keep=1).restore(like) if folder.exists() else None
    if found is None and folder != newest and newest.exists() and Checkpoints(newest, keep=1).steps():
        why = "no validation bound was finite, or none was due yet"
        raise SwnError(f"{folder} holds no checkpoint, {why}: take the newest with --checkpoint=newest")
    if found is None:
        raise SwnError(f"{folder} holds no checkpoint yet: train on, it is written every eval_every steps")
    for text in found.damaged:
        warn(f"damaged checkpoint passed over: {text}")
    return found.state


def load_runs(workdirs: Iterable[Path | str], load: Callable[[Path], Run]) -> dict[str, Run]:
    """Load several runs for comparison, by the names of their folders.

    Args:
      workdirs: where they live.
      load: opens one of them, `load_run` with its arguments.
    Raises:
      SwnError: for runs of different corpora, or with frames of different sizes.
    """
    runs: dict[str, Run] = {}
    for folder in map(Path, workdirs):
        run = load(folder)
        first = next(iter(runs.values()), run)
        if run.config.dataset != first.config.dataset:
            was = f"{folder} was trained on {run.config.dataset}, {first.workdir} on {first.config.dataset}"
            raise SwnError(f"{was}: compare runs of one corpus")
        sizes = run.prepared.frame_size, first.prepared.frame_size
        if sizes[0] != sizes[1]:
            was = f"{folder} has frames of {sizes[0]}, {first.workdir} of {sizes[1]}"
            raise SwnError(f"{was}: compare runs with one frame size")
        runs[str(folder) if folder.name in runs else folder.name] = run
    return runs
