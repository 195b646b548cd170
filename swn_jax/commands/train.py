"""Train a model; the same command again resumes a stopped run, more --config.steps extend one.

python -m experiments.train --config=synthetic_speech:swavenet --data_dir=data --workdir=run
"""

import contextlib
import functools
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from absl import flags

from swn_jax.commands import common, config_flag, tracker_flags
from swn_jax.errors import SwnError

if TYPE_CHECKING:
    from swn_jax.train.logging import Writer

DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
MANUAL_DIR = flags.DEFINE_string("manual_dir", None, "the corpus as licensed, if it is still to be prepared")
SPLIT_FILE = flags.DEFINE_string("split_file", None, "its list with lines of `part path`, likewise")
WORKDIR = flags.DEFINE_string("workdir", None, "where the run lives; required")
DEVICES = flags.DEFINE_integer("devices", 0, "how many devices to use, with one process; 0 for all")
COORDINATOR = flags.DEFINE_string("coordinator", None, "of several processes: HOST:PORT where process 0 is met")
PROCESSES = flags.DEFINE_integer("num_processes", None, "how many they are")
PROCESS = flags.DEFINE_integer("process_id", None, "which of them this one is, from 0")
REBASE = flags.DEFINE_boolean("rebase", True, "where more --config.steps extend a run: its rate goes on from where it "
                              "stands; --norebase: as if it had been so from the start")  # fmt: skip
INIT = flags.DEFINE_string("init", None, "a run or a release whose weights a new run starts from")
PARTIAL = flags.DEFINE_boolean("init_partial", False, "take those weights that fit, and make the rest anew")
EXAMPLES = flags.DEFINE_integer("examples", 0, "how many validation recordings the model continues at each evaluation, "
    "as pictures and sounds in the workdir, TensorBoard and trackers", lower_bound=0)  # fmt: skip
HOSTS = flags.DEFINE_boolean("hosts", None, "train with the processes that SLURM, Open MPI or a TPU pod has started; "
                             "the default under srun with several tasks")  # fmt: skip
WATCHDOG = flags.DEFINE_boolean("watchdog", True, "end a training that hangs with status 76, so that it is started "
                                "again")  # fmt: skip
STOPPED = 75  # exit status after SIGTERM or SIGINT: saved, start the same command again


def main(_: list[str]) -> int:
    from swn_jax.train import distributed, hosts  # load jax: after the flags were parsed

    address = hosts.address_of(COORDINATOR.value, PROCESSES.value, PROCESS.value)
    started = hosts.under_slurm(os.environ) if HOSTS.value is None else HOSTS.value
    if not (address or started):
        return run()

    def joined() -> int:
        hosts.join(address)
        if distributed.is_primary():
            return run()
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            return run()

    return hosts.together(joined, common.complaint)


def run() -> int:
    """Train in this process."""
    from swn_jax import corpora
    from swn_jax.commands.progress import Progress, prepare_bar
    from swn_jax.release.start import weights_of
    from swn_jax.runs import Inputs, train_run
    from swn_jax.runs.trackers import opened as trackers
    from swn_jax.runs.warm import Init
    from swn_jax.train.phases import told
    from swn_jax.train.watchdog import Limits

    config, init = config_flag.config(), None
    if WORKDIR.value is None:
        raise SwnError("where shall the run live? pass --workdir=DIR")
    names, workdir = tracker_flags.TRACKER.value, Path(WORKDIR.value)
    trackers.check(names)
    if INIT.value is not None:
        load = functools.partial(weights_of, INIT.value, DATA_DIR.value)
        init = Init(str(Path(INIT.value).resolve()), load, PARTIAL.value)
    signals: list[int] = []

    def on_signal(number: int, _: object) -> None:
        signals.append(number)
        signal.signal(number, signal.SIG_DFL)  # the second one ends the process at once

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)

    def writers(steps: int) -> "list[Writer]":
        project, name = tracker_flags.PROJECT.value, tracker_flags.RUN_NAME.value
        return [Progress(steps), *trackers.opened(names, workdir, project, name, common.warn)]

    with prepare_bar() as progress:
        results = train_run(
            config, workdir, DATA_DIR.value, inputs=Inputs(MANUAL_DIR.value, SPLIT_FILE.value, progress),
            devices=DEVICES.value, rebase=REBASE.value, init=init, writers=writers, examples=EXAMPLES.value,
            stop=lambda: bool(signals), watch=Limits() if WATCHDOG.value else None,
            tell=lambda text: print(text, flush=True), warn=common.warn,
        )  # fmt: skip
    steps = int(results[0].state.step)
    print(f"time: {told(results[0].spent)}")
    if not results[0].finished:
        print(f"stopped at step {steps}, saved; the same command goes on from here", file=sys.stderr)
        return STOPPED
    best, unit = ", ".join(f"{each.best:.1f}" for each in results), corpora.corpus(config.dataset).unit
    print(f"trained {steps} steps, best validation bound {best} nats per {unit}: {WORKDIR.value}")
    return 0
