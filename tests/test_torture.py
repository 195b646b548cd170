"""The tool that kills: it kills, goes on to the end, counts what was lost, and sees an end that is another."""

import random
import subprocess
import sys
import time
from pathlib import Path

import killing
import pytest
import torture
import victims
from command_line import Done
from daily import daily

PROGRAM = """
import json, sys, time
from pathlib import Path
folder, error = Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir(exist_ok=True)
saved, log = folder / "saved", folder / "log"
step = int(saved.read_text()) if saved.exists() else 0
reached = len(log.read_text()) if log.exists() else 0
with (folder / "history.jsonl").open("a") as file:
    file.write(json.dumps({"step": step, "reached": max(step, reached)}) + "\\n")
total = step + (error if step else 0)  # a resumed run that goes wrong
log.write_text("." * step)
for number in range(step + 1, 41):
    time.sleep(0.01)
    total += 1
    with log.open("a") as file:
        file.write(".")
    if number % 10 == 0:
        part = folder / "part"
        part.write_text(str(total))
        part.rename(saved)
(folder / "end").write_text(str(total))
"""


class Light:
    """A child that imports nothing."""

    def __init__(self, words):
        self.process = subprocess.Popen([sys.executable, "-S", *words], stderr=subprocess.PIPE, text=True)
        self.number = self.process.pid

    def ended(self):
        return self.process.poll() is not None

    def end(self, seconds=60.0):
        err = self.process.communicate(timeout=seconds)[1]
        return Done(self.process.returncode, "", err)


def counting(error=0):
    return victims.Case(
        "counting", lambda data, folder: [["-c", PROGRAM, str(folder), str(error)]],
        lambda folder: (folder / "end").read_text(), victims.itself,
    )  # fmt: skip


@pytest.fixture
def light(monkeypatch):
    for module in (torture, killing):
        monkeypatch.setattr(module, "Child", Light)
    monkeypatch.setattr(torture, "prepare", lambda data, folder: [["-c", "pass"]])


@pytest.mark.parametrize("error", daily([0, 1], 1))
def test_runs_are_killed_and_brought_to_an_end_that_is_compared(tmp_path, monkeypatch, light, error):
    monkeypatch.setattr(torture, "CASES", (counting(error),))
    monkeypatch.setattr(torture, "TURNS", (0,))
    tallies = torture.Torture(tmp_path, 5.0, 6, seed=3).run(beside=2)
    tally = tallies["counting"]
    assert 6 <= tally.kills.total() <= 7  # another may fall beside the last one
    assert tally.kills.keys() == {"before the first step"}  # it keeps no metrics
    assert tally.ends + len(tally.faults) > 0
    assert bool(tally.faults) == bool(error)
    assert 0 <= max(tally.lost, default=0) <= 10
    assert f"| counting | {tally.kills.total()} | " in torture.table(tallies)


def test_a_command_that_fails_is_told(tmp_path, light):
    case = victims.Case("failing", lambda data, folder: [["-c", "import sys; sys.exit('no')"]], lambda folder: None)
    with pytest.raises(killing.BrokenError, match="no"):
        killing.whole(case, tmp_path, tmp_path / "run")
    assert killing.live(case, tmp_path, tmp_path / "run", random.Random(0), None) == "no\n"


def test_a_command_that_wants_to_be_started_again_is(tmp_path, light):
    case = victims.Case("saved", lambda data, folder: [["-c", "import sys; sys.exit(75)"]], lambda folder: None)
    assert killing.live(case, tmp_path, tmp_path / "run", random.Random(0), None) == killing.AGAIN


@pytest.mark.parametrize(("left", "found"), [
    ({}, "before the first step"),
    ({"history.jsonl": '{"step": 4}', "metrics.jsonl": '{"step": 4}'}, "before the first step"),
    ({"history.jsonl": '{"step": 4}', "metrics.jsonl": '{"step": 5}'}, "in steps"),
    ({"history.jsonl": '{"step": 4}', "metrics.jsonl": '{"step": 5}', "best/4.orbax-checkpoint-tmp": ""}, "in a save"),
    ({"history.jsonl": '{"step": 4}', "metrics.jsonl": f'{{"step": {victims.EVERY}}}'}, "in an evaluation"),
    ({"history.jsonl": '{"step": 4}', "metrics.jsonl": f'{{"step": {victims.EVERY}, "valid_elbo": 1}}'}, "in steps"),
])  # fmt: skip
def test_what_a_killed_run_was_doing_is_told_by_what_it_left(tmp_path, left, found):
    for name, text in left.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert killing.where(counting(), tmp_path, 0) == found


@pytest.mark.parametrize(("history", "metrics", "found"), [
    (1, None, False), (1, "", False), (1, '{"step": 4}', False), (1, '{"step": 5}', True), (1, '{"st', False),
    (2, '{"step": 5}', False),  # the start before
])  # fmt: skip
def test_a_run_is_at_work_once_it_has_taken_a_step(tmp_path, history, metrics, found):
    (tmp_path / "history.jsonl").write_text('{"step": 4}\n')
    if metrics is not None:
        (tmp_path / "metrics.jsonl").write_text(metrics)
    assert victims.at_work(counting(), tmp_path, history - 1) == found


class All(random.Random):
    """Chance that takes all there are."""

    def choice(self, many):
        return max(many)


def test_all_that_a_process_has_started_is_found():
    code = (
        "import subprocess, sys, time; subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)']);"
    )
    child = Light(["-c", f"{code} time.sleep(60)"])
    deadline = time.monotonic() + 60
    while len(found := killing.descendants(child.number)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    killing.kill([child], All())
    assert len(found) == 2
    assert child.end().code == -9
    for number in found:
        assert not Path(f"/proc/{number}/cmdline").exists() or not Path(f"/proc/{number}/cmdline").read_bytes()
