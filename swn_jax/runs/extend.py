"""More steps for a run that is there: it goes on from its last state, and remembers where each stretch began."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ml_collections import ConfigDict

from swn_jax.errors import SwnError
from swn_jax.runs.optimizer import rate_of, steps_of
from swn_jax.runs.workdir import CHECKPOINTS, CONFIG, recall_trained
from swn_jax.train import distributed
from swn_jax.train.checkpoint import steps_in


def extended(config: ConfigDict, workdir: Path, runs: Sequence[Path], epoch: int, rebase: bool) -> ConfigDict:
    """The config with the extensions that the run in a workdir had, and one more where it asks for more steps.

    `config.extended` names of each the step at which it began, the newest that was saved, and the steps of before; the
    schedules follow from it, so that a run is a function of its config still. Process 0 alone looks into the workdir.

    Args:
      config: of this start.
      workdir: where the run lives.
      runs: its folders of checkpoints: itself, or those of its replicas.
      epoch: steps per epoch.
      rebase: whether schedules go on from where they stand, or as if the run had had these steps from the start.
    Raises:
      SwnError: for fewer steps than before.
    """
    known = list(config.extended)
    if distributed.is_primary() and (workdir / CONFIG).exists() and not known:
        old = recall_trained(workdir)
        known, before, now = list(old.extended), steps_of(old, epoch), steps_of(config, epoch)
        if now < before:
            remedy = "give as many or more, or take another --workdir"
            raise SwnError(f"{workdir} holds a run of {before} steps, found {now} now: {remedy}")
        start = min(max(steps_in(folder / CHECKPOINTS), default=0) for folder in runs)
        if now > before and start and rebase:
            known.append((start, old.steps))
    known = json.loads(distributed.broadcast_text(json.dumps(known)))
    return ConfigDict({**config, "extended": tuple((step, before) for step, before in known)})


def told(config: ConfigDict, changed: Mapping[str, tuple[Any, Any]], epoch: int) -> str | None:
    """The sentence about an extension: what becomes of the schedules; None where there is none."""
    old = ConfigDict({**config, **{key: changed[key][0] for key in ("steps", "extended") if key in changed}})
    steps = f"{steps_of(old, epoch)} to {steps_of(config, epoch)} steps"
    if steps_of(old, epoch) == steps_of(config, epoch):
        return None
    if "extended" not in changed:
        return f"extended from {steps}, with schedules as if it had been so from the start"
    start = config.extended[-1][0]
    rate = f"stays {config.rate:.3g}"
    if config.schedule != "constant":
        rate = (
            f"rises from {float(rate_of(config, epoch)(start)):.3g}, where it stands, to {config.rate:.3g}, then falls"
        )
    return f"extended from {steps}, from step {start} on: the rate {rate}; the KL weight goes on from where it stands"
