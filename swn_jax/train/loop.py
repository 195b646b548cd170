"""The loop that joins step, data, evaluation and checkpoints; a killed run resumes to the same bits."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from swn_jax.train.agree import lead, share
from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.metrics import JsonLines, TensorBoard
from swn_jax.train.parallel import own
from swn_jax.train.prefetch import Prefetch
from swn_jax.train.record import Recorder, Writer
from swn_jax.train.record import Step as Taken
from swn_jax.train.state import TrainState
from swn_jax.train.step import Step
from swn_jax.types import Batch


class Pace(NamedTuple):
    """How long, and how often what is done, in steps."""

    steps: int
    log_every: int
    eval_every: int  # the bound on the validation split, and a checkpoint
    max_bad: int  # updates skipped in a row that stop the run


class Ended(NamedTuple):
    """How a run ended."""

    state: TrainState
    finished: bool  # False when it was asked to stop before the last step
    best: float  # nats a sequence, on the validation split; of a resumed run only process 0 knows it


def train(
    step: Step,
    state: TrainState,
    batch_at: Callable[[int], Batch],
    validate: Callable[[TrainState], float],
    pace: Pace,
    workdir: Path | str,
    *,
    rate: Callable[[int], Any],
    writers: Sequence[Writer] = (),
    stop: Callable[[], bool] = lambda: False,
    warn: Callable[[str], None] = lambda text: None,
) -> Ended:
    """Trains from `state`, or from the newest whole checkpoint in `workdir`, to the last step.

    All that a step depends on is the state and the step's number, so stopping anywhere and calling again
    gives the bits of an unbroken run on the same machine. Of several processes each calls this; process 0 alone
    reads and writes `workdir`, and all go on from what it has found there.

    Args:
      step: the compiled step.
      state: of step 0; it stays the caller's.
      batch_at: from step to global batch, a pure function.
      validate: the bound in nats a sequence that chooses the best checkpoint.
      pace: see there.
      workdir: comes to hold `checkpoints/`, `best/`, `metrics.jsonl` and `tensorboard/`.
      rate: from step to learning rate, for the record.
      writers: further places for the numbers.
      stop: asked after every step; when true the state is saved and the loop returns. The same in all processes.
      warn: takes a sentence about each damaged checkpoint that was passed over.
    Raises:
      SwnError: after `max_bad` non-finite updates in a row, naming the step; where every checkpoint is damaged.
    """
    workdir = Path(workdir)
    newest, best = Checkpoints(workdir / "checkpoints", keep=2), Checkpoints(workdir / "best", keep=1)
    found = newest.restore(state)
    for text in found.damaged if found else ():
        warn(f"damaged checkpoint passed over: {text}")
    state = own(share(found.state if found else state))
    top = found.meta["best"] if found and found.meta["best"] is not None else -np.inf
    start = int(state.step)
    newest.drop(after=start)  # the damaged ones
    data = Prefetch(batch_at, start, pace.steps)
    sinks: list[Writer] = []
    if lead():
        sinks = [JsonLines(workdir / "metrics.jsonl", start), TensorBoard(workdir / "tensorboard", start), *writers]
    recorder = Recorder(sinks, data, rate, pace.log_every, pace.max_bad)
    try:
        for number in range(start + 1, pace.steps + 1):
            batch = data.next()
            state, metrics = step(state, batch)
            recorder.took(Taken(number, metrics, int(np.sum(batch.mask))))
            last, asked = number == pace.steps, stop()
            due = last or number % pace.eval_every == 0
            if not (due or asked):
                continue
            recorder.flush()
            if due:
                score = validate(state)
                recorder.write({"step": number, "valid_elbo": score})
                if score > top:
                    top = score
                    best.save(state, {"best": top})
            newest.save(state, {"best": top if np.isfinite(top) else None})
            recorder.restart()
            if asked and not last:
                return Ended(state, False, top)
    finally:
        data.close()
        recorder.close()
        newest.close()
        best.close()
    return Ended(state, True, top)
