"""Train a model; the same command again resumes a stopped run.

python -m experiments.train --config=experiments/configs/synthetic_speech.py:swavenet --data_dir=data --workdir=run
"""

import functools
import signal
import sys
from pathlib import Path

import jax
from absl import flags
from ml_collections import config_flags

from experiments import common
from experiments.progress import Progress, prepare_with_bar
from swn_jax.data import Corpus, Prepared, corpus, open_corpus
from swn_jax.data.batches import batches
from swn_jax.data.whole import whole
from swn_jax.errors import SwnError
from swn_jax.train.duration import in_steps
from swn_jax.train.evaluate import collect, make_score
from swn_jax.train.loop import Pace, train
from swn_jax.train.parallel import compile_step
from swn_jax.train.state import variables_of
from swn_jax.train.step import make_train_step

CONFIG = config_flags.DEFINE_config_file("config", None, "experiments/configs/CORPUS.py:MODEL")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
MANUAL_DIR = flags.DEFINE_string("manual_dir", None, "the corpus as licensed, if it is still to be prepared")
SPLIT_FILE = flags.DEFINE_string("split_file", None, "its list with lines of `part path`, likewise")
WORKDIR = flags.DEFINE_string("workdir", None, "where the run lives; required")
DEVICES = flags.DEFINE_integer("devices", 0, "how many local devices to use; 0 for all")
STOPPED = 75  # exit status after SIGTERM or SIGINT: saved, start the same command again


def main(_: list[str]) -> int:
    config = common.checked(CONFIG.value)
    if WORKDIR.value is None:
        raise SwnError("where shall the run live? pass --workdir=DIR")
    workdir = Path(WORKDIR.value)
    record = corpus(config.dataset)
    prepared = opened(record, config.scaling)
    data = batches(prepared, frames=config.frames, batch=config.batch, shift=config.shift, stride=config.stride)
    epoch = data.steps_per_epoch
    model = common.model_of(config, prepared.frame)
    tx, anneal = common.optimizer_of(config, epoch), common.anneal_of(config, epoch)
    devices = jax.local_devices()[: DEVICES.value or None]
    step = compile_step(functools.partial(make_train_step, model, tx, anneal, aux_weight=config.aux_weight), devices)
    score = make_score(model, samples=1)
    common.remember(config, workdir)

    def validate(state) -> float:
        return float(collect(score, variables_of(state), config.seed, whole(prepared, "valid")).elbo.mean())

    signals: list[int] = []

    def on_signal(number: int, _) -> None:
        signals.append(number)
        signal.signal(number, signal.SIG_DFL)  # the second one ends the process at once

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    if len(data.lengths) > 1:
        print(f"batches of {', '.join(map(str, data.lengths))} frames: {len(data.lengths)} programs to compile")
    pace = Pace(in_steps(config.steps, epoch), config.log_every, config.eval_every, config.max_bad)
    ended = train(
        step,
        common.first_state(config, model, data),
        functools.partial(data.batch_at, config.seed),
        validate,
        pace,
        workdir,
        rate=common.rate_of(config, epoch),
        writers=[Progress(pace.steps)],
        stop=lambda: bool(signals),
        warn=lambda text: print(f"warning: {text}", file=sys.stderr),
    )
    if not ended.finished:
        print(f"stopped at step {int(ended.state.step)}, saved; the same command goes on from here", file=sys.stderr)
        return STOPPED
    print(f"trained {pace.steps} steps, best validation bound {ended.best:.1f} nats each {record.unit}: {workdir}")
    return 0


def opened(record: Corpus, scaling: str) -> Prepared:
    """The corpus, prepared first where that is still to do and can be done."""
    try:
        return open_corpus(record.name, DATA_DIR.value, scaling)
    except SwnError:
        if not (record.embedded or MANUAL_DIR.value):
            raise
    print(f"preparing {record.name} into {DATA_DIR.value}", flush=True)
    prepare_with_bar(record.name, DATA_DIR.value, manual_dir=MANUAL_DIR.value, split_file=SPLIT_FILE.value)
    return open_corpus(record.name, DATA_DIR.value, scaling)


if __name__ == "__main__":
    common.run(main)
