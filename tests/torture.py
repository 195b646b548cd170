"""Runs that are killed at random moments until they end, which must be the end of the unbroken run, to the bit.

python -m tests.torture --minutes=20 [--kills=200] [--damages=50] [--seed=0]

Then files are damaged (`damages.py`). It prints two tables, and ends with status 1 where something has gone wrong; then
the folders of what went wrong stay.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")  # programs here run for seconds
sys.path.insert(0, str(Path(__file__).parent))  # where the helpers of the tests lie

from command_line import ROOT, SPEECH, Child, free_address
from ends import prepared_end, run_end

KILLING = 0.7  # of the time
PATIENCE = 3600.0  # seconds for one command

SMALL = [
    "--config.warmup=1", "--config.anneal.over=2", "--config.log_every=1", "--config.eval_every=15",
    "--config.checkpoint.every=5", "--config.replay_every=20", "--config.batch=4", "--config.sequence_length=4",
    "--config.model.layers=2", "--config.model.width=8", "--config.model.latent=2",
]  # fmt: skip


class Case(NamedTuple):
    """A command that is killed and started again."""

    name: str
    words: Callable[[Path, Path], list[list[str]]]  # from the folders of the data and of the run, one list a process
    end: Callable[[Path], object]  # what must be as after the unbroken run
    runs: Callable[[Path], list[Path]] = lambda folder: []  # the folders with a history


def train(*more: str, processes: int = 1) -> Callable[[Path, Path], list[list[str]]]:
    def words(data: Path, folder: Path) -> list[list[str]]:
        common = ["-m", "swn_jax", "train", SPEECH, f"--data_dir={data}", f"--workdir={folder}", *SMALL, *more]
        if processes == 1:
            return [common]
        address = free_address()
        places = (f"--coordinator={address}", f"--num_processes={processes}")
        return [[*common, *places, f"--process_id={number}"] for number in range(processes)]

    return words


def prepare(_: Path, folder: Path) -> list[list[str]]:
    return [["-m", "swn_jax", "prepare", "--dataset=synthetic_speech", f"--data_dir={folder}"]]


def sweep(data: Path, folder: Path) -> list[list[str]]:
    sizes = [*SMALL, "--config.steps=12", "--config.eval_every=6"]
    file = ROOT / "experiments" / "sweeps" / "seeds.py"
    return [["-m", "swn_jax", "sweep", f"--sweep={file}:seeds=2", SPEECH, f"--data_dir={data}", "--samples=2",
             f"--workdir={folder}", *sizes]]  # fmt: skip


def sweep_end(folder: Path) -> object:
    results = [json.loads((trial / "eval_test.json").read_text()) for trial in sweep_runs(folder)]
    return [run_end(trial) for trial in sweep_runs(folder)], [(found["elbo"], found["iwae"]) for found in results]


def sweep_runs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if (path / "history.jsonl").exists())


def itself(folder: Path) -> list[Path]:
    return [folder]


CASES = (
    Case("one process", train("--config.steps=48"), run_end, itself),
    Case("averaged weights, batches of features", train(
        "--config.steps=48", "--config.ema=0.9", "--config.model.inputs=features", "--config.optimizer=muon",
    ), run_end, itself),
    Case("three seeds in one program", train("--config.steps=32", "--config.replicas=3"),
         lambda folder: [run_end(folder / f"seed_{seed}") for seed in range(3)],
         lambda folder: [folder / f"seed_{seed}" for seed in range(3)]),
    Case("two processes", train("--config.steps=48", processes=2), run_end, itself),
    Case("preparing data", prepare, prepared_end),
    Case("a sweep of two trials", sweep, sweep_end, sweep_runs),
)  # fmt: skip
TURNS = (0, 1, 3, 2, 4, 0, 1, 3, 0, 5)  # of the cases; a sweep starts anew for each command, which takes long


class Tally:
    """What was counted of a case."""

    def __init__(self) -> None:
        self.kills = self.ends = 0
        self.lost: list[int] = []  # steps, per start
        self.faults: list[str] = []


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


def kill(number: int) -> None:
    for each in descendants(number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def started(folders: list[Path]) -> int:
    """How many starts the histories tell of: from the last one on there are steps, saves and evaluations."""
    files = [folder / "history.jsonl" for folder in folders]
    return sum(len(file.read_bytes().splitlines()) for file in files if file.exists())


def live(case: Case, data: Path, folder: Path, draw: random.Random, usual: float) -> str | None:
    """One start that is killed at a random moment; None where it was, else how it ended by itself before."""
    before = started(case.runs(folder)) if folder.exists() else 0
    working = draw.random() < 0.7 and case.name != "preparing data"  # wait until it takes steps
    moment = draw.uniform(0, 0.4 * usual if working else usual)
    children = [Child(words) for words in case.words(data, folder)]
    begin = time.monotonic()
    while not all([child.ended() for child in children]):
        if working and folder.exists() and started(case.runs(folder)) > before:
            working, begin = False, time.monotonic()
        if not working and time.monotonic() - begin > moment:
            for child in draw.sample(children, len(children)):
                if not child.ended():
                    kill(child.number)
                time.sleep(draw.uniform(0, 0.1) * (len(children) > 1))
            done = [child.end(PATIENCE) for child in children]
            return None if any(end.code == -signal.SIGKILL for end in done) else "ended while it was killed"
        time.sleep(0.01)
    done = [child.end(PATIENCE) for child in children]
    return "".join(end.err for end in done if end.code) or ""


def whole(case: Case, data: Path, folder: Path) -> tuple[object, float]:
    """The end of the unbroken run, and the seconds that it takes."""
    begin = time.monotonic()
    for child in [Child(words) for words in case.words(data, folder)]:
        done = child.end(PATIENCE)
        if done.code:
            raise SystemExit(f"{case.name}: {done.err}")
    return case.end(folder), time.monotonic() - begin


def losses(case: Case, folder: Path) -> list[int]:
    """The steps that each start had to take again."""
    lines = [line for run in case.runs(folder) for line in (run / "history.jsonl").read_text().splitlines()]
    return [line["reached"] - line["step"] for line in map(json.loads, lines)]


def torture(folder: Path, minutes: float, kills: int, seed: int) -> dict[str, Tally]:
    """Kill the cases in turn until the time is over or all kills are done; each is led to its end."""
    draw, data, over = random.Random(seed), folder / "data", time.monotonic() + 60 * minutes
    few = [f"--option={split}={count}" for split, count in (("train", 6), ("valid", 2), ("test", 2))]
    assert Child([*prepare(data, data)[0], *few]).end(PATIENCE).code == 0
    tallies, ends, count = {case.name: Tally() for case in CASES}, {}, 0
    for turn in itertools.cycle(TURNS):
        case, tally = CASES[turn], tallies[CASES[turn].name]
        if time.monotonic() > over or count >= kills:
            return tallies
        if case.name not in ends:
            ends[case.name] = whole(case, data, folder / f"whole {turn}")
        expected, usual = ends[case.name]
        place = folder / f"killed {turn} {tally.ends + len(tally.faults)}"
        while True:
            ended = live(case, data, place, draw, usual) if count < kills and time.monotonic() < over else ""
            if ended is None:
                tally.kills, count = tally.kills + 1, count + 1
            elif ended != "ended while it was killed":
                break
        if not ended:
            again = [child.end(PATIENCE) for child in [Child(words) for words in case.words(data, place)]]
            ended = "".join(end.err for end in again if end.code)
        if not ended and case.end(place) != expected:
            ended = "the end is not that of the unbroken run"
        if ended:
            tally.faults.append(f"{case.name}, {place}: {ended}")
            continue
        tally.ends += 1
        tally.lost += losses(case, place)
        shutil.rmtree(place)
    raise AssertionError


def table(tallies: dict[str, Tally]) -> str:
    rows = ["| what was killed | kills | brought to the end | steps lost in all | most at once | other bits |",
            "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for name, tally in tallies.items():
        lost = (f"{sum(tally.lost)} | {max(tally.lost)}") if tally.lost else " | "
        rows.append(f"| {name} | {tally.kills} | {tally.ends} | {lost} | {len(tally.faults)} |")
    return "\n".join(rows)


def main() -> int:
    given = argparse.ArgumentParser()
    for name, kind, default in (("minutes", float, 20.0), ("kills", int, 200), ("damages", int, 50), ("seed", int, 0)):
        given.add_argument(f"--{name}", type=kind, default=default)
    args = given.parse_args()
    folder, over = Path(tempfile.mkdtemp(prefix="torture")), time.monotonic() + 60 * args.minutes
    tallies = torture(folder, KILLING * args.minutes, args.kills, args.seed)
    print(table(tallies), end="\n\n", flush=True)
    faults = [fault for tally in tallies.values() for fault in tally.faults]

    import damages  # loads jax, which no process may have at work that others are forked from

    counts, more = damages.damages(folder, (over - time.monotonic()) / 60, args.damages, args.seed)
    print(damages.table(counts))
    faults += more
    print("\n".join(faults), file=sys.stderr)
    if not faults:
        shutil.rmtree(folder)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
