"""The commands as a person types them."""

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
ENV = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
       "JAX_COMPILATION_CACHE_DIR": str(ROOT / ".cache" / "jax"),
       "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
       "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "", "MPLBACKEND": "agg"}  # fmt: skip
SPEECH = "--config=experiments/configs/synthetic_speech.py:swavenet"
LIMIT = 300  # seconds for one command
# Each command is a child of one process that has imported the libraries once: an import takes as long as a small run.
SERVER = """
import json, os, runpy, signal, sys, warnings
import swn_jax.data, swn_jax.outputs.writers, swn_jax.train.loop  # what defines no flags
for line in sys.stdin:
    folder, out, err, seconds, words = json.loads(line)
    with warnings.catch_warnings(action="ignore"):  # of forking beside threads: there is no device yet
        child = os.fork()
    if not child:
        signal.alarm(seconds)
        os.chdir(folder)
        for number, name in enumerate((os.devnull, out, err)):
            os.dup2(os.open(name, os.O_RDWR), number)
        sys.argv = words
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@functools.cache
def server() -> subprocess.Popen:
    """The process that commands are children of; it ends with this one, which closes its input."""
    command = [sys.executable, "-c", SERVER]
    process = subprocess.Popen(command, env=ENV, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(process.communicate)
    return process


def run(words: Sequence[str], folder: Path = ROOT, seconds: int = LIMIT) -> Done:
    """`python -m` with these words in a folder; a command that takes longer is ended by SIGALRM."""
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        out.touch()
        err.touch()
        pipes = server()
        print(json.dumps([str(folder), str(out), str(err), seconds, words]), file=pipes.stdin, flush=True)
        return Done(int(pipes.stdout.readline()), out.read_text(), err.read_text())


def call(module: str, *flags: object) -> Done:
    return run([f"experiments.{module}", *map(str, flags)])


def start(module: str, *flags: object) -> subprocess.Popen:
    """The command in a process of its own, to be stopped."""
    command = [sys.executable, "-m", f"experiments.{module}", *map(str, flags)]
    return subprocess.Popen(command, cwd=ROOT, env=ENV, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def complaint(module: str, *flags: object) -> str:
    """The one sentence that a command ends with, with exit status 2."""
    done = call(module, *flags)
    assert done.code == 2, done
    assert done.err.startswith("error: "), done.err
    assert done.err.count("\n") == 1, done.err
    return done.err


def small_corpus(folder: Path) -> None:
    """A few utterances of the embedded speech, prepared."""
    done = call("prepare", "--dataset=synthetic_speech", f"--data_dir={folder}",
                "--option=train=6", "--option=valid=2", "--option=test=2")  # fmt: skip
    assert done.code == 0, done.err
    assert "train" in done.out
