"""The commands as a person types them: each in a process of its own, or many that end early out of one."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
ENV = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
       "JAX_COMPILATION_CACHE_DIR": str(ROOT / ".cache" / "jax"),
       "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
       "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}  # fmt: skip
SPEECH = "--config=experiments/configs/synthetic_speech.py:swavenet"
# each of the calls in a child of one process, which has imported everything once
EACH = """
import importlib, json, os, sys
import swn_jax.data, swn_jax.outputs.writers, swn_jax.train.loop  # without flags of its own
from experiments import common
for module, flags in json.loads(sys.argv[1]):
    sys.stderr.flush()
    if not os.fork():
        sys.argv = [module, *flags]
        common.run(importlib.import_module(f"experiments.{module}").main)
    print("exit status", os.waitstatus_to_exitcode(os.wait()[1]), file=sys.stderr)
"""


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def start(module: str, *flags: object) -> subprocess.Popen:
    command = [sys.executable, "-m", f"experiments.{module}", *map(str, flags)]
    return subprocess.Popen(command, cwd=ROOT, env=ENV, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def call(module: str, *flags: object) -> Done:
    process = start(module, *flags)
    out, err = process.communicate(timeout=300)
    return Done(process.returncode, out, err)


def complaints(calls: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The one sentence that each call of a module with flags ends with, all with exit status 2."""
    command = [sys.executable, "-W", "ignore", "-c", EACH, json.dumps(calls)]
    err = subprocess.run(command, cwd=ROOT, env=ENV, text=True, capture_output=True, check=True, timeout=300).stderr
    lines = err.strip().splitlines()
    assert len(lines) == 2 * len(calls), err
    assert all(line.startswith("error: ") for line in lines[::2]), err
    assert set(lines[1::2]) == {"exit status 2"}, err
    return lines[::2]


def small_corpus(folder: Path) -> None:
    """A few utterances of the embedded speech, prepared."""
    done = call("prepare", "--dataset=synthetic_speech", f"--data_dir={folder}",
                "--option=train=6", "--option=valid=2", "--option=test=2")  # fmt: skip
    assert done.code == 0, done.err
    assert "train" in done.out
