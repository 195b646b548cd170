"""The tool that kills: it kills, goes on to the end, counts what was lost, and sees an end that is another."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import torture
from command_line import Done

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


@pytest.mark.parametrize("error", [0, 1])
def test_runs_are_killed_and_brought_to_an_end_that_is_compared(tmp_path, monkeypatch, error):
    monkeypatch.setattr(torture, "Child", Light)
    monkeypatch.setattr(torture, "prepare", lambda data, folder: [["-c", "pass"]])
    case = torture.Case(
        "counting", lambda data, folder: [["-c", PROGRAM, str(folder), str(error)]],
        lambda folder: (folder / "end").read_text(), torture.itself,
    )  # fmt: skip
    monkeypatch.setattr(torture, "CASES", (case,))
    monkeypatch.setattr(torture, "TURNS", (0,))
    tallies = torture.torture(tmp_path, 5.0, 4, seed=3)
    tally = tallies["counting"]
    assert tally.kills == 4
    assert tally.ends + len(tally.faults) > 0
    assert bool(tally.faults) == bool(error)
    assert 0 <= max(tally.lost, default=0) <= 10
    assert f"| counting | 4 | {tally.ends} | " in torture.table(tallies)


def test_a_command_that_fails_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(torture, "Child", Light)
    case = torture.Case("failing", lambda data, folder: [["-c", "import sys; sys.exit('no')"]], lambda folder: None)
    with pytest.raises(SystemExit, match="failing: no"):
        torture.whole(case, tmp_path, tmp_path / "run")


def test_all_that_a_process_has_started_is_found():
    code = (
        "import subprocess, sys, time; subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)']);"
    )
    child = Light(["-c", f"{code} time.sleep(60)"])
    deadline = time.monotonic() + 60
    while len(found := torture.descendants(child.number)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    torture.kill(child.number)
    assert len(found) == 2
    assert child.end().code == -9
    for number in found:
        assert not Path(f"/proc/{number}/cmdline").exists() or not Path(f"/proc/{number}/cmdline").read_bytes()
