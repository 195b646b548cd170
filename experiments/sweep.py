"""Train and evaluate the cells of a study, each in a folder of its own; the same command again runs what is missing.

python -m experiments.sweep --sweep=experiments/sweeps/layers.py:total=64,seeds=3 --data_dir=data --workdir=study \
    --config=experiments/configs/timit_sample.py:swavenet --config.steps=400 --launcher=local --jobs=2
"""

import functools
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from absl import flags
from ml_collections import config_flags

from experiments import common
from experiments.train import CONFIG, DATA_DIR, DEVICES, MANUAL_DIR, SPLIT_FILE, STOPPED, WORKDIR, opened
from swn_jax.data import corpus
from swn_jax.errors import SwnError
from swn_jax.report.runs import flat
from swn_jax.sweep import local, slurm, table
from swn_jax.sweep.cells import SYSTEM, Cell, plan
from swn_jax.sweep.places import HERE, Place, accelerators, cores
from swn_jax.sweep.run import Job
from swn_jax.sweep.source import cells_of, function_of
from swn_jax.sweep.state import ERROR, State, state_of
from swn_jax.sweep.study import Study, begin, recall

SWEEP = flags.DEFINE_string("sweep", None, "the file of a sweep, with arguments: experiments/sweeps/layers.py:total=64")
LAUNCHER = flags.DEFINE_enum("launcher", "inline", ["inline", "local", "slurm"], "inline: one run after the other, "
    "shown; local: one on each free accelerator, or as --jobs says; slurm: an array job")  # fmt: skip
JOBS = flags.DEFINE_integer("jobs", None, "for local: runs at a time on the CPU, the cores divided among them")
SLURM = flags.DEFINE_multi_string("slurm", [], "for slurm: an option of sbatch, as time=12:00:00 or gpus-per-node=1")
SAMPLES = flags.DEFINE_integer("samples", 16, "K of the importance-weighted bound", lower_bound=1)
INDEX = flags.DEFINE_integer("index", None, "run this cell alone")
RETRY = flags.DEFINE_bool("retry_failed", False, "run failed cells again too")
LIST = flags.DEFINE_bool("list", False, "show the cells and run nothing")
STATUS = flags.DEFINE_bool("status", False, "show how far the cells of the workdir are and run nothing")
FAILED = 1  # exit status when a cell has failed


def main(_: list[str]) -> int:
    if LIST.value:
        print("\n".join(table.listing(planned())))
        return 0
    if WORKDIR.value is None:
        raise SwnError("where shall the study live? pass --workdir=DIR")
    workdir = Path(WORKDIR.value)
    if STATUS.value:
        print("\n".join(table.overview(recall(workdir), workdir)))
        return 0
    for flag, launcher in ((JOBS, "local"), (SLURM, "slurm")):
        if flag.value and LAUNCHER.value != launcher:
            raise SwnError(f"--{flag.name} is for --launcher={launcher}, not {LAUNCHER.value}: leave one of them out")
    study = planned()
    chosen = [job_of(study, cell, workdir) for cell in chosen_of(study)]
    wanted = {"waiting", "failed"} if RETRY.value else {"waiting"}
    jobs = [job for job in chosen if state_of(job.folder).kind in wanted]
    places = places_of() if jobs else []
    begin(study, workdir)
    if jobs:
        prepare(study)
        if LAUNCHER.value == "slurm":
            numbers = slurm.submit(jobs, workdir / "slurm", options(), retry=RETRY.value)
            print(f"submitted {', '.join(numbers)}; --status tells how far they are")
            return 0
        launch(jobs, places)
    print("\n".join([*table.results(study, workdir), "", *table.overview(study, workdir)]))
    kinds = {state_of(job.folder).kind for job in chosen}
    return FAILED if "failed" in kinds else STOPPED if kinds - {"done"} else 0


def planned() -> Study:
    """The study that the flags describe."""
    config = common.checked(CONFIG.value)
    if SWEEP.value is None:
        raise SwnError("which sweep? pass --sweep=experiments/sweeps/layers.py")
    flag = flags.FLAGS["config"]
    name, settings = config_flags.get_config_filename(flag), config_flags.get_override_values(flag)
    file, _, own = name.partition(":")
    get_config = function_of(file, "get_config")

    @functools.cache
    def keys(system: str | None) -> set[str]:
        return set(flat(get_config(*filter(None, [system or own])).to_dict()))

    return Study(SWEEP.value, name, settings, plan(cells_of(SWEEP.value, config), keys, settings))


def chosen_of(study: Study) -> tuple[Cell, ...]:
    if INDEX.value is None:
        return study.cells
    if not 0 <= INDEX.value < len(study.cells):
        raise SwnError(f"--index={INDEX.value} of {len(study.cells)} cells: wanted 0 to {len(study.cells) - 1}")
    return (study.cells[INDEX.value],)


def job_of(study: Study, cell: Cell, workdir: Path) -> Job:
    """The commands of a cell; what it overrides counts more than what all do."""
    file, _, own = study.config.partition(":")
    overrides = {**study.settings, **cell.overrides}
    system = overrides.pop(SYSTEM, own)
    folder = workdir / cell.name
    place = [f"--workdir={folder}", f"--data_dir={DATA_DIR.value}"]
    corpus_files = [f"--{flag.name}={flag.value}" for flag in (MANUAL_DIR, SPLIT_FILE) if flag.value]
    train = [f"--config={file}:{system}" if system else f"--config={file}", f"--devices={DEVICES.value}", *corpus_files]
    train += [f"--config.{key}={value}" for key, value in overrides.items()]
    return Job(cell.name, folder, (
        (sys.executable, "-m", "experiments.train", *train, *place),
        (sys.executable, "-m", "experiments.evaluate", f"--samples={SAMPLES.value}", *place),
    ))  # fmt: skip


def prepare(study: Study) -> None:
    """Prepares the corpora once, before several runs would do so at the same time."""
    for name in dict.fromkeys(cell.overrides.get("dataset", CONFIG.value.dataset) for cell in study.cells):
        opened(corpus(name), CONFIG.value.scaling, CONFIG.value.frame)


def options() -> dict[str, str]:
    pairs: Iterator[tuple[str, str, str]] = (text.partition("=") for text in SLURM.value)
    return {key: value for key, _, value in pairs}


def places_of() -> list[Place]:
    if LAUNCHER.value != "local":
        return [HERE]
    return accelerators() if JOBS.value is None else cores(JOBS.value)


def launch(jobs: list[Job], places: list[Place]) -> None:
    """Runs them on this machine; SIGTERM and Ctrl-C are passed on, and the runs save."""
    signals: list[int] = []

    def told(job: Job, state: State) -> None:
        more = f": {state.text} ({job.folder / ERROR})" if state.kind == "failed" else f" {state.text}".rstrip()
        print(f"{job.name}: {state.kind}{more}", flush=True)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: signals.append(number))
    show = LAUNCHER.value == "inline"
    local.launch(jobs, places, retry=RETRY.value, show=show, stop=lambda: len(signals), told=told)


if __name__ == "__main__":
    common.run(main)
