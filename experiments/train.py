"""Train a model; the same command again resumes a stopped run.

python -m experiments.train --config=experiments/configs/synthetic_speech.py:swavenet --data_dir=data --workdir=run
"""

import contextlib
import functools
import os
import signal
import sys
from pathlib import Path

import jax
from absl import flags
from ml_collections import ConfigDict, config_flags

from experiments import common
from experiments.progress import Progress, prepare_with_bar
from swn_jax.data import Corpus, Prepared, corpus, open_corpus
from swn_jax.data.batches import batches
from swn_jax.data.whole import whole
from swn_jax.errors import SwnError
from swn_jax.train import agree, hosts
from swn_jax.train.duration import in_steps
from swn_jax.train.evaluate import collect, make_score
from swn_jax.train.loop import Pace, train
from swn_jax.train.parallel import compile_step
from swn_jax.train.replicas import Replica, replicated, train_replicas
from swn_jax.train.state import variables_of
from swn_jax.train.step import make_train_step

CONFIG = config_flags.DEFINE_config_file("config", None, "experiments/configs/CORPUS.py:MODEL")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
MANUAL_DIR = flags.DEFINE_string("manual_dir", None, "the corpus as licensed, if it is still to be prepared")
SPLIT_FILE = flags.DEFINE_string("split_file", None, "its list with lines of `part path`, likewise")
WORKDIR = flags.DEFINE_string("workdir", None, "where the run lives; required")
DEVICES = flags.DEFINE_integer("devices", 0, "how many devices to use, with one process; 0 for all")
COORDINATOR = flags.DEFINE_string("coordinator", None, "of several processes: HOST:PORT where process 0 is met")
PROCESSES = flags.DEFINE_integer("num_processes", None, "how many they are")
PROCESS = flags.DEFINE_integer("process_id", None, "which of them this one is, from 0")
HOSTS = flags.DEFINE_boolean("hosts", None, "train with the processes that SLURM, Open MPI or a TPU pod has started; "
                             "the default under srun with several tasks")  # fmt: skip
STOPPED = 75  # exit status after SIGTERM or SIGINT: saved, start the same command again


def main(_: list[str]) -> int:
    address = hosts.address_of(COORDINATOR.value, PROCESSES.value, PROCESS.value)
    started = hosts.under_slurm(os.environ) if HOSTS.value is None else HOSTS.value
    if not (address or started):
        return run()

    def joined() -> int:
        hosts.join(address)
        if agree.lead():
            return run()
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            return run()

    return hosts.together(joined, common.complaint)


def run() -> int:
    config = common.checked(CONFIG.value)
    if WORKDIR.value is None:
        raise SwnError("where shall the run live? pass --workdir=DIR")
    workdir = Path(WORKDIR.value)
    runs = members(config, workdir)
    record = corpus(config.dataset)
    with agree.lead_first():
        prepared = opened(record, config.scaling, config.frame)
    agree.same("the config or the data", config.to_json_best_effort(sort_keys=True) + str(prepared.manifest.digests))
    data = batches(prepared, frames=config.frames, batch=config.batch, shift=config.shift, stride=config.stride)
    epoch = data.steps_per_epoch
    model = common.model_of(config, prepared.frame)
    tx, anneal = common.optimizer_of(config, epoch), common.anneal_of(config, epoch)
    if DEVICES.value and jax.process_count() > 1:
        raise SwnError("--devices is for one process, several use all that they see: hide devices by the environment")
    devices = agree.devices()[: DEVICES.value or None]
    make = functools.partial(make_train_step, model, tx, anneal, aux_weight=config.aux_weight)
    step = compile_step(make if len(runs) == 1 else lambda axis: replicated(make(axis)), devices)
    score = make_score(model, samples=1)
    if agree.lead():
        common.remember(config, workdir)

    def replica(config: ConfigDict, folder: Path) -> Replica:
        if agree.lead():
            common.remember(config, folder)

        def validate(state) -> float:
            return float(collect(score, variables_of(state), config.seed, whole(prepared, "valid")).elbo.mean())

        batch_at = functools.partial(data.batch_at, config.seed)
        return Replica(common.first_state(config, model, data), batch_at, validate, folder)

    signals: list[int] = []

    def on_signal(number: int, _) -> None:
        signals.append(number)
        signal.signal(number, signal.SIG_DFL)  # the second one ends the process at once

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    if len(data.lengths) > 1:
        print(f"batches of {', '.join(map(str, data.lengths))} frames: {len(data.lengths)} programs to compile")
    pace = Pace(in_steps(config.steps, epoch), config.log_every, config.eval_every, config.max_bad)
    first, *others = [replica(*own) for own in runs]
    first = first._replace(writers=[Progress(pace.steps)] if agree.lead() else [])
    along = dict(
        rate=common.rate_of(config, epoch),
        stop=agree.agreed(lambda: bool(signals)),
        warn=lambda text: print(f"warning: {text}", file=sys.stderr),
    )
    if others:
        print(f"{config.replicas} replicas, each in a folder of its seed; shown are the numbers of the first")
        ended = train_replicas(step, [first, *others], pace, **along)
    else:
        ended = [train(step, *first[:3], pace, workdir, writers=first.writers, **along)]
    if not ended[0].finished:
        print(f"stopped at step {int(ended[0].state.step)}, saved; the same command goes on from here", file=sys.stderr)
        return STOPPED
    best = ", ".join(f"{own.best:.1f}" for own in ended)
    print(f"trained {pace.steps} steps, best validation bound {best} nats each {record.unit}: {workdir}")
    return 0


def members(config: ConfigDict, workdir: Path) -> list[tuple[ConfigDict, Path]]:
    """The single runs that a config stands for: its own, or those of its replicas, each in a folder of its seed."""
    if config.replicas < 1 or (config.replicas > 1 and jax.process_count() > 1):
        raise SwnError(
            f"replicas={config.replicas} in {jax.process_count()} processes: wanted 1, or more in one process"
        )
    if config.replicas == 1:
        return [(config, workdir)]
    alone = [ConfigDict({**config, "seed": config.seed + r, "replicas": 1}) for r in range(config.replicas)]
    return [(own, workdir / f"seed_{own.seed}") for own in alone]


def opened(record: Corpus, scaling: str, frame: int) -> Prepared:
    """The corpus, prepared first where that is still to do and can be done."""
    try:
        return open_corpus(record.name, DATA_DIR.value, scaling, frame)
    except SwnError:
        if not (record.embedded or MANUAL_DIR.value):
            raise
    print(f"preparing {record.name} into {DATA_DIR.value}", flush=True)
    prepare_with_bar(record.name, DATA_DIR.value, manual_dir=MANUAL_DIR.value, split_file=SPLIT_FILE.value)
    return open_corpus(record.name, DATA_DIR.value, scaling, frame)


if __name__ == "__main__":
    common.run(main)
