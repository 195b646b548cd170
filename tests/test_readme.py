"""The pages are run: their commands, shortened, `make` lines without effect, and their Python as it stands.

Commands that share a run or a prepared corpus are a chain, and a test: from top to bottom in one temporary folder, so
that what one command writes the next one reads. The Python blocks of a page are one program.
Corpora that cannot be shipped are stood in for by small ones in the same layout.
"""

import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from command_line import ENV, ROOT, Child, Done, call
from stand_ins import STAND_INS, columns

from swn_jax.configs import get_config

ABOUT = {"BUILD.md", "CHANGELOG.md", "CONTRIBUTING.md"}  # about the clone itself
FOUND = (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")))
PAGES = [str(path.relative_to(ROOT)) for path in FOUND if path.name not in ABOUT]

# ---- to be fitted to the pages -------------------------------------------------------------------------------------

# Flags put behind those of a command, of which the last one counts. Only what makes it short: a name that is wrong
# on a page stays wrong.
SHORT_CONFIG = [
    "steps=3 steps", "warmup=1 steps", "anneal.over=2 steps", "eval_every=3", "log_every=1", "batch=4",
    "sequence_length=4", "sequence_stride=4",
    "model.layers=2", "model.width=8", "model.latent=2", "model.stochastic=1", "model.cells=8", "model.depth=1",
]  # fmt: skip
SHORT_SWEEP = {
    "systems": "systems=wavenet+swavenet", "layers": "total=4", "latents": "totals=2+4,stochastic=2",
    "seeds": "seeds=2",
}  # fmt: skip
SHORT: dict[str, list[str]] = {
    "experiments.prepare": [],
    "experiments.train": [],
    "experiments.evaluate": ["--samples=2"],
    "experiments.export": [],
    "experiments.sample": ["--num=2", "--seconds=0.1", "--frames=9"],
    "experiments.sweep": ["--samples=2"],
    "experiments.report": ["--lines=2", "--frames=9"],
    "experiments.benchmark": ["--plan=small", "--presets=synthetic_speech:rnn", "--minutes=0.1"],
}  # fmt: skip

# Corpora that need nothing, as commands prepare them by default.
EMBEDDED = ("synthetic_speech", "synthetic_ink", "synthetic_motion")

# Commands that are not run: what a reader does once, or what never ends.
LEFT_OUT = ("git", "cd", "source", "export", "pip", "python -m pip", "python -m venv", "tensorboard", "nvidia-smi")

# -------------------------------------------------------------------------------------------------------------------

SHELLS = {"console", "sh", "shell", "bash", "shell-session"}
PYTHON = {"python", "py"}


class Block(NamedTuple):
    """One fenced block: its language, the line it starts on, and its text."""

    language: str
    line: int
    text: str


class Command(NamedTuple):
    """One command line, its words, and the variables that stand before it."""

    line: int
    env: dict[str, str]
    words: list[str]

    @property
    def module(self) -> str:
        """The program's name in `python -m name`, else nothing."""
        return self.words[2] if self.words[:2] in (["python", "-m"], ["python3", "-m"]) and len(self.words) > 2 else ""

    def flag(self, name: str) -> str | None:
        """The value of `--name=value` or `--name value`."""
        for word, following in zip(self.words, [*self.words[1:], ""], strict=True):
            if word.removeprefix("--") == name:
                return following
            if word.startswith(f"--{name}="):
                return word.partition("=")[2]
        return None


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, also those inside a list."""
    found, lines = [], text.splitlines()
    number = 0
    while number < len(lines):
        fence = re.fullmatch(r"( *)(`{3,})(\S*).*", lines[number])
        number += 1
        if fence:
            indent, ticks, language = fence.groups()
            start = number
            while number < len(lines) and lines[number].strip() != ticks:
                number += 1
            inside = "\n".join(line.removeprefix(indent) for line in lines[start:number])
            found.append(Block(language.lower(), start + 1, inside))
            number += 1
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a shell block; where there is a prompt, what has none is output."""
    numbered = list(enumerate(block.text.split("\n"), start=block.line))
    prompted = any(line.startswith("$ ") for _, line in numbered)
    found, pending = [], ""
    for number, line in numbered:
        if prompted and not pending:
            if not line.startswith("$ "):
                continue
            line = line.removeprefix("$ ")
        pending = f"{pending} {line}" if pending else line
        if pending.endswith("\\"):
            pending = pending[:-1]
            continue
        words, env = shlex.split(pending, comments=True), {}
        pending = ""
        while words and re.match(r"[A-Z_]+=", words[0]):
            name, _, value = words.pop(0).partition("=")
            env[name] = value
        if words:
            found.append(Command(number, env, words))
    return found


def scripts(text: str) -> str:
    """All Python blocks as one program whose lines have the numbers that they have on the page."""
    lines = [""] * text.count("\n")
    for block in blocks(text):
        if block.language in PYTHON:
            inside = block.text.split("\n")
            lines[block.line - 1 : block.line - 1 + len(inside)] = inside
    return "\n".join(lines)


# ---- stand-ins for corpora that cannot be shipped


def split_list(path: Path, names: list[str]) -> None:
    """A list for `--split_file`: a few recordings for each part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cut = {"train": names[8:48], "valid": names[:4], "test": names[4:8]}
    path.write_text("".join(f"{part} {name}\n" for part, some in cut.items() for name in some))


def stand_in(command: Command, folder: Path) -> None:
    """Make what `--manual_dir` and `--split_file` name, unless an earlier command had it made."""
    given, listed = command.flag("manual_dir"), command.flag("split_file")
    if not given:
        return
    where = f"line {command.line}"
    assert not Path(given).is_absolute(), f"{where}: --manual_dir={given}: a reader has no such folder"
    corpus = command.flag("dataset") or Path((command.flag("config") or "").partition(":")[0]).stem
    make = STAND_INS.get(corpus.partition("/")[0])
    assert make, f"{where}: no stand-in for {corpus!r}: add one to stand_ins.py"
    root = folder / given
    if not root.exists():
        make(root)
    if beside := command.flag("columns"):
        assert folder / beside == root, f"{where}: --columns={beside}: the stand-in has them beside its recordings"
        columns(root)
    if listed and not (folder / listed).exists():
        names = sorted(str(path.relative_to(root)) for path in root.rglob("*.[Ww][Aa][Vv]"))
        split_list(folder / listed, names)


# ---- running


def run_command(command: Command, folder: Path) -> str:
    """Runs one line of a page; an empty text if all went well, else what it said last."""
    if command.words[0] == "make":
        target = [word for word in command.words[1:] if word != "-n"]
        made = subprocess.run(["make", "-C", ROOT, "-n", *target], env=ENV, capture_output=True, text=True, check=False)
        return fault(Done(made.returncode, made.stdout, made.stderr))
    if command.module in SHORT and not command.env:
        stand_in(command, folder)
        return fault(Child([*command.words[1:], *shortened(command)], folder).end())
    return "this test does not know how to run it: add it to SHORT or to LEFT_OUT"


def fault(done: Done) -> str:
    return "" if done.code == 0 else f"exit status {done.code}\n{done.out[-800:]}{done.err[-2500:]}"


def shortened(command: Command) -> list[str]:
    """The flags that make a command short: of a config, those keys that all of its systems here have."""
    found, sweep, config = list(SHORT[command.module]), command.flag("sweep"), command.flag("config")
    if sweep:
        file = sweep.partition(":")[0]
        found.append(f"--sweep={file}:{SHORT_SWEEP[Path(file).stem]}")
    steps = command.flag("config.steps") or ""
    short = steps.isdigit() and int(steps) <= 90  # as it is on the page
    if config:
        corpus, _, system = config.partition(":")
        systems = ("wavenet", "swavenet") if sweep and "systems" in sweep else (system,)
        made = [get_config(":".join(filter(None, [Path(corpus).stem, name]))) for name in systems]
        for setting in SHORT_CONFIG:
            key = setting.partition("=")[0]
            known = all(not key.startswith("model.") or key.removeprefix("model.") in each.model for each in made)
            if known and not (short and key in ("steps", "eval_every")):
                found.append(f"--config.{setting}")
    return found


def left_out(command: Command) -> bool:
    line = shlex.join(command.words)
    return any(line == start or line.startswith(f"{start} ") for start in LEFT_OUT)


def links(command: Command) -> set[str]:
    """What other commands may read or write too: runs, and corpora where they are prepared."""
    runs = (command.flag("workdir") or "").split(",")
    corpus = command.flag("dataset") or Path((command.flag("config") or "").partition(":")[0]).stem
    data = f"{command.flag('data_dir')}/{corpus}" if corpus and command.flag("data_dir") else ""
    return {*(run.partition("/")[0] for run in runs), data} - {""}


def chains(found: Iterable[Command]) -> list[list[Command]]:
    """The commands in groups that share nothing with one another, the longest first."""
    groups: list[tuple[set[str], list[Command]]] = []
    for command in found:
        names, chain = links(command), [command]
        for group in [group for group in groups if group[0] & names]:
            groups.remove(group)
            names, chain = names | group[0], [*group[1], *chain]
        groups.append((names, chain))
    return sorted((sorted(chain, key=lambda each: each.line) for _, chain in groups), key=len, reverse=True)


def page_chains() -> Iterator[pytest.param]:
    """Each chain of each page; those of the guides, and those that measure or start processes, are slow."""
    for page in PAGES:
        found = [each for block in blocks((ROOT / page).read_text()) if block.language in SHELLS
                 for each in commands(block) if not left_out(each)]  # fmt: skip
        for chain in chains(found):
            slow = page.startswith("docs/")
            slow |= any(each.module == "experiments.benchmark" or each.flag("launcher") for each in chain)
            yield pytest.param(page, chain, id=f"{page}:{chain[0].line}", marks=[pytest.mark.slow] * slow)


@pytest.mark.parametrize(("page", "chain"), list(page_chains()))
def test_commands(page, chain, tmp_path, shared):
    (tmp_path / "experiments").symlink_to(ROOT / "experiments")  # configs are named by their path
    used = set[str]().union(*map(links, chain))
    for corpus in EMBEDDED if len(chain) > 1 else ():  # prepared once; a command alone shows that it prepares
        if f"data/{corpus}" in used:
            assert not fault(call("prepare", f"--dataset={corpus}", f"--data_dir={shared}/embedded"))
            shutil.copytree(shared / "embedded" / corpus, tmp_path / "data" / corpus)
    for command in chain:
        start = time.monotonic()
        said = run_command(command, tmp_path)
        print(f"{time.monotonic() - start:6.1f} s  {shlex.join(command.words)}")  # seen with `pytest -rP`
        assert not said, f"{page}:{command.line}: {shlex.join(command.words)}\n{said}"


@pytest.mark.parametrize("page", [
    pytest.param(page, marks=[pytest.mark.slow] * page.startswith("docs/"))
    for page in PAGES
    if scripts((ROOT / page).read_text()).strip()
])  # fmt: skip
def test_python(page, tmp_path):
    (tmp_path / "page.py").write_text(scripts((ROOT / page).read_text()))  # the lines are the page's
    assert not fault(Child(["page.py"], tmp_path).end())


# ---- the reader itself

PAGE = """\
A page.

```console
$ python -m experiments.train --workdir=a \\
    --data_dir b  # a remark
loss 1.0
$ make test
```

1. in a list

   ```python
   one = 1
   ```

```sh
JAX_PLATFORMS=cpu make unit
git clone somewhere
```

```python
assert one == 1
```

```text
$ not a command
```
"""


def test_commands_are_found():
    found = [each for block in blocks(PAGE) if block.language in SHELLS for each in commands(block)]
    assert [each.words[0] for each in found] == ["python", "make", "make", "git"]
    assert found[0].module == "experiments.train"
    assert (found[0].flag("workdir"), found[0].flag("data_dir"), found[0].flag("out")) == ("a", "b", None)
    assert found[2].env == {"JAX_PLATFORMS": "cpu"}
    assert [left_out(each) for each in found] == [False, False, False, True]


def test_python_keeps_its_lines_and_runs():
    program = scripts(PAGE)
    assert program.split("\n")[12] == PAGE.split("\n")[12].strip() == "one = 1"
    exec(compile(program, "PAGE", "exec"), {})


@pytest.mark.parametrize(("line", "said"), [
    ("make nonesuch", "No rule to make target"),
    ("python -m experiments.nonesuch", "does not know"),
    ("python -m experiments.prepare --nonesuch=1", "nonesuch"),
    ("python -m experiments.prepare --dataset=synthetic_speach", "did you mean 'synthetic_speech'"),
])  # fmt: skip
def test_a_wrong_command_is_a_fault(line, said, tmp_path):
    (command,) = commands(Block("sh", 1, line))
    assert said in run_command(command, tmp_path)


def test_a_licensed_corpus_is_stood_in_for(tmp_path):
    text = "python -m experiments.prepare --dataset=timit --manual_dir=TIMIT --data_dir=data"
    for line in (text, f"{text} --split_file=list.txt"):
        (command,) = commands(Block("sh", 1, line))
        assert run_command(command, tmp_path) == ""
    assert {path.name for path in (tmp_path / "data").iterdir() if path.is_dir()} == {"timit", "timit_listed"}
