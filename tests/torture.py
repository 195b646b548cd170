"""Runs that are killed at random moments until they end, which must be the end of the unbroken run, to the bit.

python -m tests.torture --minutes=20 [--kills=200] [--beside=2] [--damages=50] [--seed=0]

`beside` commands are at work at once. Then files are damaged (`damages.py`). It prints two tables, and ends with status
1 where something has gone wrong; then the folders of what went wrong stay.
"""

import argparse
import itertools
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # where the helpers of the tests lie

from command_line import ENV, Child
from killing import AGAIN, PATIENCE, WHERE, BrokenError, Usual, live, whole
from victims import CASES, FEW, TURNS, Case, losses, prepare

KILLING = 0.7  # of the time; what is being killed then is brought to its end, and damages have the rest in any case


class Tally:
    """What was counted of a case."""

    def __init__(self) -> None:
        self.kills: Counter[str] = Counter()  # by what it was doing
        self.ends = 0
        self.lost: list[int] = []  # steps, per start
        self.faults: list[str] = []
        self.usual: Usual | None = None
        self.lock = threading.Lock()


def settings(cache: Path) -> dict[str, str]:
    """Programs run for seconds here; who is killed while it writes into the cache leaves half a program there."""
    return {
        "JAX_DISABLE_MOST_OPTIMIZATIONS": "1", "JAX_COMPILATION_CACHE_DIR": str(cache),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }  # fmt: skip


class Torture:
    """The cases in turn, some at once, until the time is over or all kills are done; each is led to its end."""

    def __init__(self, folder: Path, minutes: float, kills: int, seed: int):
        self.folder, self.data, self.kills, self.seed = folder, folder / "data", kills, seed
        self.over = time.monotonic() + 60 * minutes
        self.tallies = {case.name: Tally() for case in CASES}
        self.number = itertools.count()
        assert Child([*prepare(self.data, self.data)[0], *FEW]).end(PATIENCE).code == 0

    def more(self) -> bool:
        done = sum(tally.kills.total() for tally in self.tallies.values())
        return time.monotonic() < self.over and done < self.kills

    def run(self, beside: int) -> dict[str, Tally]:
        with ThreadPoolExecutor(beside) as pool:
            list(pool.map(self.work, range(beside)))
        return self.tallies

    def work(self, _: int) -> None:
        while self.more():
            number = next(self.number)
            case = CASES[TURNS[number % len(TURNS)]]
            self.lead(case, self.folder / f"killed {number}", random.Random(f"{self.seed} {number}"))

    def lead(self, case: Case, place: Path, draw: random.Random) -> None:
        """Kill a command again and again, while that is wanted, and bring it to its end."""
        tally = self.tallies[case.name]
        with tally.lock:  # once for all that are killed
            try:
                tally.usual = usual = tally.usual or whole(case, self.data, place.with_name(f"{place.name} whole"))
            except BrokenError as error:
                tally.faults.append(f"{case.name}, unbroken: {error}")
                return
        killed = False  # once, also where the unbroken run took all the time
        while (found := live(case, self.data, place, draw, usual if not killed or self.more() else None)) in (
            *WHERE, AGAIN,
        ):  # fmt: skip
            killed = True
            with tally.lock:
                tally.kills[found] += found != AGAIN
        if not found and case.end(place) != usual.end:
            found = "the end is not that of the unbroken run"
        with tally.lock:
            if found:
                tally.faults.append(f"{case.name}, {place}: {found}")
                return
            tally.ends, tally.lost = tally.ends + 1, tally.lost + losses(case, place)
        shutil.rmtree(place)


def table(tallies: dict[str, Tally]) -> str:
    heads = (
        "what was killed",
        "kills",
        *WHERE,
        "brought to the end",
        "steps lost in all",
        "most at once",
        "other bits",
    )
    rows = [heads, ["---"] * len(heads)]
    for name, tally in tallies.items():
        lost = (sum(tally.lost), max(tally.lost)) if tally.lost else ("", "")
        kills = (tally.kills[kind] or "" for kind in WHERE)
        rows.append((name, tally.kills.total(), *kills, tally.ends, *lost, len(tally.faults)))
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--minutes", type=float, default=20.0)
    for name, default in (("kills", 200), ("beside", 2), ("damages", 50), ("seed", 0)):
        given.add_argument(f"--{name}", type=int, default=default)
    args = given.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="torture"))
    for place in (ENV, os.environ):
        place.update(settings(folder / "cache"))
    tallies = Torture(folder, KILLING * args.minutes, args.kills, args.seed).run(args.beside)
    print(table(tallies), end="\n\n", flush=True)
    faults = [fault for tally in tallies.values() for fault in tally.faults]

    import damages  # loads jax, which no process may have at work that others are forked from

    counts, more = damages.damages(folder, (1 - KILLING) * args.minutes, args.damages, args.seed)
    print(damages.table(counts))
    faults += more
    print("\n".join(faults), file=sys.stderr)
    if not faults:
        shutil.rmtree(folder)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
