"""The runs of a config, one or a replica for each seed, as members of the train loop."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

import jax
from ml_collections import ConfigDict

from swn_jax.data import Prepared
from swn_jax.data.batches import Batches
from swn_jax.data.eval_batches import eval_batches
from swn_jax.errors import SwnError
from swn_jax.runs.parts import first_state
from swn_jax.train.evaluate import collect, make_score
from swn_jax.train.state import TrainState, evaluated
from swn_jax.train.track import Member
from swn_jax.types import Model, Variables


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


def members_of(
    runs: Sequence[tuple[ConfigDict, Path]], model: Model, prepared: Prepared, data: Batches,
    start: Callable[[Variables], Variables],
) -> list[Member]:  # fmt: skip
    """Set up each run for the train loop; they share the compiled validation bound.

    `start` tells what runs start from, given the initial variables of their model.
    """
    score = make_score(model, samples=1)

    def member(config: ConfigDict, folder: Path) -> Member:
        def validate(state: TrainState) -> float:
            groups = eval_batches(prepared, "valid")
            return float(collect(score, evaluated(state), config.seed, groups).elbo.mean())

        state = first_state(config, model, data.steps_per_epoch, start)
        return Member(state, functools.partial(data.batch_at, config.seed), validate, folder)

    return [member(*run) for run in runs]
