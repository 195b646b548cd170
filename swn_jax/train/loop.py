"""The train loop: steps, validation, checkpoints and metrics; a killed run resumes to the same bits."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from types import MappingProxyType
from typing import Any, NamedTuple

from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.distributed import broadcast
from swn_jax.train.logging import Intervals, PendingStep, due
from swn_jax.train.phases import timed
from swn_jax.train.prefetch import Prefetch
from swn_jax.train.replay import twice
from swn_jax.train.replicas import join, join_batches, real_frames, split
from swn_jax.train.saving import SaveClock
from swn_jax.train.state import TrainState
from swn_jax.train.step import TrainStep
from swn_jax.train.track import Member, Track, named, newest_common
from swn_jax.train.watchdog import Limits, watched


class TrainResult(NamedTuple):
    """How a run ended."""

    state: TrainState
    finished: bool  # False when it was asked to stop before the last step
    best: float  # nats per sequence, on the validation split; of a resumed run only process 0 knows it
    spent: Mapping[str, float] = MappingProxyType({})  # shares of the time, as `Phases` counts them


def train(
    step: TrainStep,
    members: Sequence[Member],
    intervals: Intervals,
    *,
    rate: Callable[[int], Any],
    stop: Callable[[], bool] = lambda: False,
    warn: Callable[[str], None] = lambda text: None,
    started: Callable[[int], int] = lambda step: 0,
    watch: Limits | None = None,
) -> list[TrainResult]:
    """Train one run, or several replicas in one program, from the newest checkpoint they have in common.

    All that a step depends on is the state and the step's number, so stopping anywhere and calling again gives the
    bits of an unbroken run on the same machine. Each member leaves in its workdir what a single run leaves there, so
    any of them can be evaluated, and trained on, alone. Of several processes each calls this with one member;
    process 0 alone reads and writes the workdir, and all go on from what it has found there.

    Args:
      step: the compiled step; for more than one member that of `replicated`.
      members: the runs, their workdirs different.
      intervals: how long, and how often what is done.
      rate: from step to learning rate, for the record.
      stop: asked after every step; when true the state is saved and the loop returns. The same in all processes.
      warn: takes a sentence about each damaged checkpoint, and damaged metrics, that were passed over.
      started: told the step that it goes on from, once all is restored; returns how many steps all starts so far
        have computed again.
      watch: when to end the process because it hangs; None for never.
    Raises:
      SwnError: where checkpoints were written but no whole one is common to all.
      ReplayError: where a step gives other bits when it is computed again.
      DivergedError: after `max_bad` non-finite updates in a row, naming the step and, of several, the member; and at
        the end, all saved, where no validation bound was finite.
    """
    several = len(members) > 1
    with ExitStack() as files:
        phases = files.enter_context(timed())
        if watch:
            files.enter_context(watched(phases, watch, warn))
        kept = intervals.saving.keep, intervals.saving.keep_every
        folders = [files.enter_context(closing(Checkpoints(m.workdir / "checkpoints", *kept))) for m in members]
        found = newest_common(folders, [member.state for member in members], warn)
        state = broadcast(join([restored.state for restored in found] if found else [m.state for m in members]))
        start = int(state.step.max())
        phases.repeated = started(start)
        data = Prefetch(lambda number: join_batches([m.batch_at(number) for m in members]), start, intervals.steps)
        files.enter_context(closing(data))
        best = [restored.meta["best"] for restored in found] if found else [None] * len(members)
        tracks = [
            files.enter_context(closing(Track(*one, start, data, rate, intervals, phases, warn)))
            for one in zip(members, folders, best, strict=True)
        ]
        files.callback(phases.switch, "saving", "close")  # the first thing that is done at the end
        clock = SaveClock(intervals.saving)
        for number in range(start + 1, intervals.steps + 1):
            phases.switch("data")
            batch = data.next()
            phases.switch("steps", batch.x.shape)  # a program for each length
            if due(number, intervals.replay_every):
                state, metrics = twice(step, state, batch, [member.workdir for member in members])
            else:
                state, metrics = step(state, batch)
            for track, own, frames in zip(tracks, split(metrics, len(tracks)), real_frames(batch), strict=True):
                with named(track.member, several):
                    track.recorder.on_step(PendingStep(number, own, int(frames)))
            last, asked = number == intervals.steps, stop()
            validate = last or due(number, intervals.eval_every)
            if validate or asked or clock.due(number):
                clock.restart()
                for track, own in zip(tracks, split(state, len(tracks)), strict=True):
                    with named(track.member, several):
                        track.save(number, own, validate)
            if asked:
                break
        results = [
            TrainResult(own, int(own.step) >= intervals.steps, track.best)
            for track, own in zip(tracks, split(state, len(tracks)), strict=True)
        ]
        for track, result in zip(tracks, results, strict=True):
            if result.finished:
                track.check()
    return [result._replace(spent=phases.shares(int(result.state.step))) for result in results]
