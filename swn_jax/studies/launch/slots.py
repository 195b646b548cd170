"""Where runs can go: the free accelerators of this machine, or some of its cores each; found without jax."""

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from swn_jax.errors import SwnError

CUDA = "CUDA_VISIBLE_DEVICES"
# variable that lists devices -> what else a process needs in order to use one of them
VARIABLES: dict[str, dict[str, str]] = {
    CUDA: {},
    "HIP_VISIBLE_DEVICES": {},
    "ROCR_VISIBLE_DEVICES": {},
    "TPU_VISIBLE_CHIPS": {"TPU_CHIPS_PER_PROCESS_BOUNDS": "1,1,1", "TPU_PROCESS_BOUNDS": "1,1,1"},
}


class Slot(NamedTuple):
    """Where a run goes."""

    name: str
    env: Mapping[str, str] = MappingProxyType({})  # in addition to that of the launcher
    cores: tuple[int, ...] = ()  # that it is pinned to; all when empty
    lost: Callable[[], bool] = lambda: False  # whether it is gone


HERE = Slot("here")


def cores(runs: int) -> list[Slot]:
    """`runs` slots on the CPU, the cores divided among them.

    Raises:
      SwnError: for more runs than cores.
    """
    free = sorted(os.sched_getaffinity(0))
    if not 1 <= runs <= len(free):
        raise SwnError(f"{runs} runs at a time on {len(free)} cores: wanted 1 to {len(free)}")
    each = len(free) // runs
    groups = [tuple(free[start * each : (start + 1) * each]) for start in range(runs)]
    return [Slot(f"cores {group}", {"JAX_PLATFORMS": "cpu"}, group) for group in groups]


def accelerators(environ: Mapping[str, str] = os.environ) -> list[Slot]:
    """A slot on each accelerator that is free: those of the first variable that is set, else what nvidia-smi lists.

    An NVIDIA device on which a process computes is not free; of others nothing is known but the variable.

    Raises:
      SwnError: where there is none, or none is free.
    """
    variable = next((name for name in VARIABLES if name in environ), CUDA)
    listed = nvidia() if variable == CUDA else {}
    names = environ[variable].split(",") if variable in environ else list(listed.values())
    names = [listed.get(name.strip(), name.strip()) for name in names if name.strip() not in ("", "-1")]
    if not names:
        raise SwnError(
            f"found no accelerator: nvidia-smi lists none, or {variable} hides them; wanted one, or a list of them in "
            f"one of {', '.join(VARIABLES)}; for runs on the CPU say how many at a time, as --jobs=2"
        )
    busy = set(_smi("--query-compute-apps=gpu_uuid", "--format=csv,noheader").split()) if listed else set()
    free = [name for name in names if name not in busy]
    if not free:
        raise SwnError(f"none of {len(names)} accelerators is free ({', '.join(names)}): wait for one, or end its job")

    further, before = VARIABLES[variable], set(listed.values())
    return [Slot(f"{variable}={name}", {variable: name, **further}, lost=partial(_lost, name, before)) for name in free]


def _lost(name: str, before: set[str]) -> bool:
    """Whether nvidia-smi listed a device and does not any more."""
    return name in before and name not in nvidia().values()


def nvidia() -> dict[str, str]:
    """NVIDIA's devices, index -> UUID; of a divided one its parts."""
    found: dict[str, str] = {}
    index = ""
    for line in _smi("-L").splitlines():
        if whole := re.match(r"GPU (\d+): .*\(UUID: (\S+)\)", line):
            index = whole[1]
            found[index] = whole[2]
        elif part := re.match(r"\s+MIG .*\(UUID: (\S+)\)", line):
            found.pop(index, None)
            found[f"{index}:{len(found)}"] = part[1]
    return found


def _smi(*words: str) -> str:
    try:
        done = subprocess.run(["nvidia-smi", *words], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
