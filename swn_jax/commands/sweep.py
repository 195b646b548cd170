"""Train and evaluate the trials of a study, each in its own folder; the same command again runs what is missing.

python -m experiments.sweep --sweep=experiments/sweeps/layers.py:total=64,seeds=3 --data_dir=data --workdir=study \
    --config=timit_sample:swavenet --config.steps=400 --launcher=local --jobs=2
"""

import signal
from pathlib import Path

from absl import flags

from swn_jax.commands import config_flag
from swn_jax.commands.train import DATA_DIR, DEVICES, MANUAL_DIR, SPLIT_FILE, STOPPED, WORKDIR
from swn_jax.errors import SwnError
from swn_jax.studies.launch import jobs, local, slots, slurm, source, table
from swn_jax.studies.launch.run_trial import Job
from swn_jax.studies.launch.state import ERROR, TrialState, state_of
from swn_jax.studies.launch.study import Study, begin, recall

SWEEP = flags.DEFINE_string("sweep", None, "the file of a sweep, with arguments: experiments/sweeps/layers.py:total=64")
LAUNCHER = flags.DEFINE_enum("launcher", "inline", ["inline", "local", "slurm"], "inline: one run after the other, "
    "shown; local: one on each free accelerator, or as --jobs says; slurm: an array job")  # fmt: skip
JOBS = flags.DEFINE_integer("jobs", None, "for local: runs at a time on the CPU, the cores divided among them")
SLURM = flags.DEFINE_multi_string("slurm", [], "for slurm: an option of sbatch, as time=12:00:00 or gpus-per-node=1")
SAMPLES = flags.DEFINE_integer("samples", 16, "K of the importance-weighted bound", lower_bound=1)
INDEX = flags.DEFINE_integer("index", None, "run this trial alone")
RETRY = flags.DEFINE_bool("retry_failed", False, "run failed trials again too")
LIST = flags.DEFINE_bool("list", False, "show the trials and run nothing")
STATUS = flags.DEFINE_bool("status", False, "show how far the trials of the workdir are and run nothing")
FAILED = 1  # exit status when a trial has failed


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
    flags_of_all = [f"--data_dir={DATA_DIR.value}"]
    corpus = [f"--{flag.name}={flag.value}" for flag in (MANUAL_DIR, SPLIT_FILE) if flag.value]
    train = [f"--devices={DEVICES.value}", *corpus, *flags_of_all]
    evaluate = [f"--samples={SAMPLES.value}", *flags_of_all]
    chosen = [jobs.job_of(study, trial, workdir, train, evaluate) for trial in jobs.chosen(study, INDEX.value)]
    missing = jobs.missing(chosen, RETRY.value)
    free = slots_of() if missing else []
    begin(study, workdir)
    if missing:
        prepare(study)
        if LAUNCHER.value == "slurm":
            options = dict(text.partition("=")[::2] for text in SLURM.value)
            numbers = slurm.submit(missing, workdir / "slurm", options, retry=RETRY.value)
            print(f"submitted {', '.join(numbers)}; --status tells how far they are")
            return 0
        launch(missing, free)
    print("\n".join([*table.results(study, workdir), "", *table.overview(study, workdir)]))
    kinds = {state_of(job.folder).kind for job in chosen}
    return FAILED if "failed" in kinds else STOPPED if kinds - {"done"} else 0


def planned() -> Study:
    """The study of the flags."""
    config = config_flag.config()
    if SWEEP.value is None:
        raise SwnError("which sweep? pass --sweep=experiments/sweeps/layers.py")
    name, settings = config_flag.name_and_settings()
    return jobs.study_of(SWEEP.value, name, settings, config, config_flag.systems_of(name, source.function_of))


def prepare(study: Study) -> None:
    """Prepare the corpora once, before several runs do so at the same time."""
    from swn_jax.runs.opening import Inputs, open_or_prepare

    config = config_flag.config()
    for name in dict.fromkeys(trial.overrides.get("dataset", config.dataset) for trial in study.trials):
        inputs = Inputs(MANUAL_DIR.value, SPLIT_FILE.value)
        open_or_prepare(name, DATA_DIR.value, config.scaling, config.frame_size, inputs, tell=print)


def slots_of() -> list[slots.Slot]:
    """The free slots."""
    if LAUNCHER.value != "local":
        return [slots.HERE]
    return slots.accelerators() if JOBS.value is None else slots.cores(JOBS.value)


def launch(missing: list[Job], free: list[slots.Slot]) -> None:
    """Run the trials on this machine; SIGTERM and Ctrl-C are passed on, so that they save."""
    signals: list[int] = []

    def tell(job: Job, state: TrialState) -> None:
        more = f": {state.text} ({job.folder / ERROR})" if state.kind == "failed" else f" {state.text}".rstrip()
        print(f"{job.name}: {state.kind}{more}", flush=True)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: signals.append(number))
    show = LAUNCHER.value == "inline"
    local.launch(missing, free, retry=RETRY.value, show=show, stop=lambda: len(signals), on_end=tell)
