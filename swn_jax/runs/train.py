"""Training from a config: one run, or several seeds of it in one program."""

import contextlib
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import jax
from ml_collections import ConfigDict

from swn_jax import corpora
from swn_jax.configs.check import check
from swn_jax.data import Prepared
from swn_jax.data.batches import Batches, batches
from swn_jax.data.eval_batches import eval_batches
from swn_jax.errors import SwnError
from swn_jax.runs.density import density_of
from swn_jax.runs.narrow import slow_on
from swn_jax.runs.parts import compiled_step, first_state, model_of, rate_of, steps_of, warmup_of
from swn_jax.runs.workdir import locked, remember
from swn_jax.train import distributed
from swn_jax.train.duration import in_steps
from swn_jax.train.evaluate import collect, make_score
from swn_jax.train.logging import Intervals, Writer
from swn_jax.train.loop import TrainResult, train
from swn_jax.train.state import TrainState, variables_of
from swn_jax.train.track import Member
from swn_jax.types import Model


def ignore(text: object) -> None:
    """Ignore a message."""


def never() -> bool:
    """Never stop early."""
    return False


class Inputs(NamedTuple):
    """What preparing the corpus takes, where that is still to be done."""

    manual_dir: Path | str | None = None
    split_file: Path | str | None = None
    progress: Callable[[int, int], None] | None = None  # called with the recordings done, and in all


def train_run(
    config: ConfigDict,
    workdir: Path | str,
    data_dir: Path | str = "data",
    *,
    inputs: Inputs = Inputs(),  # noqa: B008  # immutable
    devices: int = 0,
    writers: Callable[[int], Sequence[Writer]] = lambda steps: (),
    stop: Callable[[], bool] = never,
    tell: Callable[[str], None] = ignore,
    warn: Callable[[str], None] = ignore,
) -> list[TrainResult]:
    """Train a model, or resume its run, bit for bit, from the newest checkpoint in `workdir`.

    Args:
      config: as `swn_jax.configs.get_config` gives it. With `replicas` above 1, that many seeds are trained in one
        program, each in a folder `seed_N` of the workdir.
      workdir: where the run lives.
      data_dir: where prepared corpora lie; the corpus is prepared first where that is to do and can be done.
      inputs: what preparing it takes.
      devices: how many to use, with one process; 0 for all.
      writers: from the number of steps to further places for the metrics of the (first) run.
      stop: asked after every step; when true the state is saved and training returns.
      tell: takes sentences about what goes on.
      warn: takes sentences about what is wrong and was passed over.
    Returns:
      How the run ended, or each of the replicas.
    Raises:
      SwnError: for a config, a corpus or a workdir that does not fit, where another process trains there, and for a
        run that diverges.
    """
    workdir = Path(workdir)
    check(config)
    if distributed.is_primary() and (slow := slow_on(jax.devices()[0].platform, config.model.get("dtype", ""))):
        warn(slow)
    runs = replicas_of(config, workdir)
    with distributed.primary_first():
        prepared = open_or_prepare(config.dataset, data_dir, config.scaling, config.frame_size, inputs, tell)
    text = config.to_json_best_effort(sort_keys=True) + str(prepared.manifest.digests)
    distributed.assert_equal("the config or the data", text)
    data = batches(
        prepared, frames=config.sequence_length, batch=config.batch, shift=config.shift, stride=config.sequence_stride
    )
    if len(data.lengths) > 1:
        tell(f"batches of {', '.join(map(str, data.lengths))} frames: {len(data.lengths)} programs to compile")
    if len(runs) > 1:
        tell(f"{len(runs)} replicas, each in a folder of its seed; shown are the metrics of the first")
    epoch, model = data.steps_per_epoch, model_of(config, prepared.frame_size, density_of(config, prepared))
    if (warmup := in_steps(config.warmup, epoch)) != (shorter := warmup_of(config, epoch)):
        tell(f"a warm-up of {warmup} steps is too long for this training, {shorter} take its place (--config.warmup)")
    step = compiled_step(config, model, prepared.corpus.domain.quantized, epoch, len(runs), devices)
    intervals = Intervals(steps_of(config, epoch), config.log_every, config.eval_every, config.max_bad)
    with contextlib.ExitStack() as locks:
        if distributed.is_primary():
            for folder, own in {workdir: config, **{folder: own for own, folder in runs}}.items():
                locks.enter_context(locked(folder))
                remember(own, prepared, folder)
        members = members_of(runs, model, prepared, data)
        members[0] = members[0]._replace(writers=writers(intervals.steps) if distributed.is_primary() else ())
        rate, stop = rate_of(config, epoch), distributed.any_process(stop)
        return train(step, members, intervals, rate=rate, stop=stop, warn=warn)


def replicas_of(config: ConfigDict, workdir: Path) -> list[tuple[ConfigDict, Path]]:
    """The runs of a config: one, or one per replica, each in a folder named by its seed."""
    if config.replicas < 1 or (config.replicas > 1 and jax.process_count() > 1):
        raise SwnError(
            f"replicas={config.replicas} in {jax.process_count()} processes: wanted 1, or more in one process"
        )
    if config.replicas == 1:
        return [(config, workdir)]
    seeds = range(config.seed, config.seed + config.replicas)
    return [(ConfigDict({**config, "seed": seed, "replicas": 1}), workdir / f"seed_{seed}") for seed in seeds]


def open_or_prepare(
    name: str, data_dir: Path | str, scaling: str, frame_size: int, inputs: Inputs, tell: Callable[[str], None]
) -> Prepared:
    """Open a corpus; prepare it first where that is possible and not done yet."""
    try:
        return corpora.open_corpus(name, data_dir, scaling, frame_size)
    except SwnError:
        if not (corpora.corpus(name).embedded or inputs.manual_dir):
            raise
    tell(f"preparing {name} into {data_dir}")
    corpora.prepare(name, data_dir, **inputs._asdict())
    return corpora.open_corpus(name, data_dir, scaling, frame_size)


def members_of(
    runs: Sequence[tuple[ConfigDict, Path]], model: Model, prepared: Prepared, data: Batches
) -> list[Member]:
    """Set up each run for the train loop; they share the compiled validation bound."""
    score = make_score(model, samples=1)

    def member(config: ConfigDict, folder: Path) -> Member:
        def validate(state: TrainState) -> float:
            groups = eval_batches(prepared, "valid")
            return float(collect(score, variables_of(state), config.seed, groups).elbo.mean())

        state = first_state(config, model, data.steps_per_epoch)
        return Member(state, functools.partial(data.batch_at, config.seed), validate, folder)

    return [member(*run) for run in runs]
