"""What is shipped: the files under version control, what setup.cfg asks for, and what make would do."""

import configparser
import functools
import os
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


@functools.cache
def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string((ROOT / "setup.cfg").read_text())
    return parser


def requirements(text: str) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line]


def ranges(*extras: str) -> dict[str, Requirement]:
    """What setup.cfg asks for, by canonical name."""
    texts = [setup()["options"]["install_requires"], *(setup()["options.extras_require"][extra] for extra in extras)]
    return {canonicalize_name(each.name): each for text in texts for each in requirements(text)}


@functools.cache
def tracked() -> tuple[Path, ...]:
    """The files under version control; an unpacked archive has none to look at."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository here")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]  # the clone may belong to another user
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    files = tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())
    assert len(files) > 20
    return files


def make(*arguments: str) -> str:
    """What make would do, without doing it; the make that runs these tests must not be heard."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    run = subprocess.run(["make", "-n", *arguments], cwd=ROOT, env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout
