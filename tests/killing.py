"""One start of a command, which is killed at a random moment."""

import contextlib
import json
import os
import random
import signal
import time
from pathlib import Path
from typing import NamedTuple

from command_line import Child
from victims import EVERY, Case, at_work, lines_of, started

PATIENCE = 1800.0  # seconds for one command
SAVED = 75  # exit status of a command that wants to be started again
AGAIN = "again"
WHERE = ("before the first step", "in steps", "in a save", "in an evaluation", "anywhere")


class BrokenError(Exception):
    """A command fails that nobody kills."""


class Usual(NamedTuple):
    """The unbroken run."""

    end: object
    seconds: float  # that it takes
    working: float  # of these, from its first step on: steps, saves and evaluations


def descendants(number: int) -> list[int]:
    """A process and all that it has started, the oldest first."""
    found = [number]
    for parent in found:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                own, rest = stat.read_text().split(" (", 1)
            except OSError:  # it has just ended
                continue
            if int(rest.rpartition(") ")[2].split()[1]) == parent:
                found.append(int(own))
    return found


def kill(children: list[Child], draw: random.Random) -> None:
    """Kill all processes one after the other, in any order, or one of them alone: the others must end by themselves."""
    found = [number for child in children if not child.ended() for number in descendants(child.number)]
    for number in draw.sample(found, draw.choice((len(found), min(1, len(found))))):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        time.sleep(draw.uniform(0, 0.1) * (len(found) > 1))


def where(case: Case, folder: Path, before: int) -> str:
    """What a killed command was doing, by what it has left."""
    if not case.phases:
        return "anywhere"
    if not at_work(case, folder, before):
        return "before the first step"
    runs = case.runs(folder)
    if any(path for run in runs for path in run.glob("*/*.orbax-checkpoint-tmp*")):
        return "in a save"
    last = json.loads(lines_of(runs[0] / "metrics.jsonl")[-1])
    return "in an evaluation" if last["step"] % EVERY == 0 and "valid_elbo" not in last else "in steps"


def live(case: Case, data: Path, folder: Path, draw: random.Random, usual: Usual | None) -> str:
    """One start that is killed at a random moment, or not at all without what is usual.

    Returns one of WHERE; where it ended by itself before, AGAIN, what is wrong, or "" for the end.
    """
    before, killed = started(case, folder), False
    working = usual is not None and usual.working > 0 and draw.random() < 0.8  # wait until it takes steps
    moment = draw.uniform(0, 0.7 * usual.working if working else usual.seconds) if usual else PATIENCE
    begin, children = time.monotonic(), [Child(words) for words in case.words(data, folder)]
    while not all([child.ended() for child in children]):
        if working and at_work(case, folder, before):
            working, begin = False, time.monotonic()
        if not (working or killed) and time.monotonic() - begin > moment:
            kill(children, draw)
            killed = True
        if time.monotonic() - begin > PATIENCE:
            return f"it hangs: {', '.join(str(child.number) for child in children if not child.ended())}"
        time.sleep(0.01)
    done = [child.end() for child in children]
    if killed and any(end.code for end in done):
        return where(case, folder, before)
    errors = [end.err or f"exit status {end.code}" for end in done if end.code not in (0, SAVED)]
    return "\n".join(errors) or (AGAIN if any(end.code for end in done) else "")


def whole(case: Case, data: Path, folder: Path) -> Usual:
    """Run it once unbroken."""
    begin = at = time.monotonic()
    children = [Child(words) for words in case.words(data, folder)]
    while not all([child.ended() for child in children]):
        at = at if at_work(case, folder, 0) else time.monotonic()
        time.sleep(0.01)
    for done in [child.end() for child in children]:
        if done.code:
            raise BrokenError(done.err)
    now = time.monotonic()
    return Usual(case.end(folder), now - begin, now - at if started(case, folder) else 0.0)
