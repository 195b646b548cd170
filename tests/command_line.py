"""The commands as a person types them: most out of a process that has imported the libraries, some in their own."""

import atexit
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PATHS = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
ENV = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "PYTEST"))} | {
    "PYTHONPATH": os.pathsep.join(PATHS), "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "", "MPLBACKEND": "agg",
}  # fmt: skip
SPEECH = "--config=synthetic_speech:swavenet"
LIMIT = 300.0  # seconds for one command
ASKING = threading.Lock()


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@functools.cache
def server() -> subprocess.Popen:
    """The process whose children commands are; it ends with this one, which closes its input."""
    command = [sys.executable, Path(__file__).with_name("command_server.py")]
    process = subprocess.Popen(command, env=ENV, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(process.communicate)
    return process


@functools.cache
def outputs() -> Path:
    """The folder for what children say."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return Path(folder)


def ask(request: object) -> int | None:
    """One request to the server and its answer."""
    with ASKING:
        pipes = server()
        print(json.dumps(request), file=pipes.stdin, flush=True)
        return json.loads(pipes.stdout.readline())


class Child:
    """`python` with some words, in a child of the server."""

    def __init__(self, words: Sequence[object], folder: Path = ROOT):
        self.out, self.err = (Path(tempfile.mkstemp(dir=outputs())[1]) for _ in range(2))
        words = [str(word) for word in words]
        self.number = ask({"words": words, "folder": str(folder), "out": str(self.out), "err": str(self.err)})
        self.code: int | None = None

    def ended(self) -> bool:
        if self.code is None:
            self.code = ask(self.number)
        return self.code is not None

    def end(self, seconds: float = LIMIT) -> Done:
        """How it ended; it is killed after so many seconds."""
        deadline = time.monotonic() + seconds
        while not self.ended():
            if time.monotonic() > deadline:
                os.kill(self.number, signal.SIGKILL)
            time.sleep(0.01)
        return Done(self.code, self.out.read_text(), self.err.read_text())


def call(module: str, *flags: object) -> Done:
    return Child(["-m", f"experiments.{module}", *flags]).end()


def start(module: str, *flags: object) -> subprocess.Popen:
    """The command in a process of its own."""
    command = [sys.executable, "-m", f"experiments.{module}", *map(str, flags)]
    return subprocess.Popen(command, cwd=ROOT, env=ENV, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def free_address() -> str:
    """A place where processes of this machine can meet."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        return f"localhost:{probe.getsockname()[1]}"


def complaint(module: str, *flags: object) -> str:
    """The one sentence that a command ends with, with exit status 2."""
    done = call(module, *flags)
    assert done.code == 2, done
    assert done.err.startswith("error: "), done.err
    assert done.err.count("\n") == 1, done.err
    return done.err
