"""Training from a config: one run, or several seeds of it in one program."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax
from ml_collections import ConfigDict

from swn_jax.configs.check import check
from swn_jax.configs.keys import completed
from swn_jax.runs.batches import batches_of
from swn_jax.runs.density import density_of
from swn_jax.runs.examples import examples_in
from swn_jax.runs.extend import extended, told
from swn_jax.runs.history import note_start
from swn_jax.runs.members import members_of, replicas_of
from swn_jax.runs.narrow import slow_on
from swn_jax.runs.opening import Inputs, given, open_or_prepare
from swn_jax.runs.optimizer import averages, rate_of, steps_of, warmup_of
from swn_jax.runs.parts import compiled_step, fields_in, model_of
from swn_jax.runs.warm import Init, start_from
from swn_jax.runs.workdir import locked, remember
from swn_jax.train import distributed
from swn_jax.train.duration import in_steps
from swn_jax.train.logging import Intervals, Saving, Writer
from swn_jax.train.loop import TrainResult, train
from swn_jax.train.watchdog import Limits


def ignore(text: object) -> None:
    """Ignore a message."""


def never() -> bool:
    """Never stop early."""
    return False


def train_run(
    config: ConfigDict,
    workdir: Path | str,
    data_dir: Path | str = "data",
    *,
    inputs: Inputs = Inputs(),  # noqa: B008  # immutable
    devices: int = 0,
    rebase: bool = True,
    init: Init | None = None,
    writers: Callable[[int], Sequence[Writer]] = lambda steps: (),
    examples: int = 0,
    stop: Callable[[], bool] = never,
    watch: Limits | None = None,
    tell: Callable[[str], None] = ignore,
    warn: Callable[[str], None] = ignore,
) -> list[TrainResult]:
    """Train a model, or resume its run, bit for bit, from the newest checkpoint in `workdir`; more steps extend it.

    Args:
      config: as `swn_jax.configs.get_config` gives it. With `replicas` above 1, that many seeds are trained in one
        program, each in a folder `seed_N` of the workdir.
      workdir: where the run lives.
      data_dir: where prepared corpora lie; the corpus is prepared first where that is to do and can be done.
      inputs: what preparing it takes.
      devices: how many to use, with one process; 0 for all.
      rebase: let schedules of an extended run go on from where they stand, not as if it had been so from the start.
      init: a run or a release whose weights a new run starts from; one that has begun goes on from its own.
      writers: from the number of steps to further places for the metrics of the (first) run.
      examples: how many validation recordings the (first) run continues at each evaluation, for its writers to show.
      stop: asked after every step; when true the state is saved and training returns.
      watch: when to end this process because the training hangs; None for never.
      tell: takes sentences about what goes on.
      warn: takes sentences about what is wrong and was passed over.
    Returns:
      How the run ended, or each of the replicas.
    Raises:
      SwnError: for a config, a corpus or a workdir that does not fit, where another process trains there, and for a
        run that diverges.
    """
    workdir, config = Path(workdir), ConfigDict(completed(config.to_dict()))
    check(config)
    if distributed.is_primary() and (slow := slow_on(jax.devices()[0].platform, config.model.get("dtype", ""))):
        warn(slow)
    folders = [folder for _, folder in replicas_of(config, workdir)]
    with distributed.primary_first():
        prepared = open_or_prepare(config.dataset, data_dir, config.scaling, config.frame_size, inputs, tell)
    prepared = given(prepared, config.condition, tell, fields_in(config).get("period", ""))
    text = config.to_json_best_effort(sort_keys=True) + str((prepared.manifest.digests, prepared.condition))
    distributed.assert_equal("the config or the data", text)
    density = density_of(config, prepared)
    model = model_of(config, prepared.frame_size, density, prepared.condition_width)
    data = batches_of(config, prepared, model, tell)
    if len(data.lengths) > 1:
        tell(f"batches of {', '.join(map(str, data.lengths))} frames: {len(data.lengths)} programs to compile")
    if len(folders) > 1:
        tell(f"{len(folders)} replicas, each in a folder of its seed; shown are the metrics of the first")
    epoch = data.steps_per_epoch
    config = extended(config, workdir, folders, epoch, rebase)
    runs = replicas_of(config, workdir)
    if (warmup := in_steps(config.warmup, epoch)) != (shorter := warmup_of(config, epoch)):
        tell(f"a warm-up of {warmup} steps is too long for this training, {shorter} take its place (--config.warmup)")
    step = compiled_step(config, model, prepared.corpus.domain.quantized, epoch, len(runs), devices)
    if config.ema:
        tell(averages(model, config.ema))
    begin = start_from(init, model, folders, prepared, tell)
    # what cannot be trained is told here, before anything is written
    members = members_of(runs, model, prepared, data, begin.variables)
    intervals = Intervals(
        steps_of(config, epoch), config.log_every, config.eval_every, config.max_bad, Saving(**config.checkpoint),
        config.replay_every,
    )  # fmt: skip
    changed: dict[Path, Any] = {}
    with contextlib.ExitStack() as locks:
        if distributed.is_primary():
            for folder, own in {workdir: config, **{folder: own for own, folder in runs}}.items():
                locks.enter_context(locked(folder))
                changed[folder] = remember(own, prepared, folder)
            for _, folder in runs:
                begin.note(folder)
            if sentence := told(config, changed[workdir], epoch):
                tell(sentence)
            show = examples_in(runs[0][1], model, prepared, examples, config.seed, warn) if examples else None
            members[0] = members[0]._replace(writers=writers(intervals.steps), examples=show)

        def started(number: int) -> int:
            return max((note_start(folder, number, values) for folder, values in changed.items()), default=0)

        rate, stop = rate_of(config, epoch), distributed.any_process(stop)
        return train(step, members, intervals, rate=rate, stop=stop, warn=warn, started=started, watch=watch)
