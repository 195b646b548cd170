"""Slots for runs: the free accelerators of this machine, or groups of its cores; found without jax."""

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from swn_jax.errors import SwnError

CUDA = "CUDA_VISIBLE_DEVICES"
# variable that lists devices -> other variables a process needs to use one of them
VARIABLES: dict[str, dict[str, str]] = {
    CUDA: {},
    "HIP_VISIBLE_DEVICES": {},
    "ROCR_VISIBLE_DEVICES": {},
    "TPU_VISIBLE_CHIPS": {"TPU_CHIPS_PER_PROCESS_BOUNDS": "1,1,1", "TPU_PROCESS_BOUNDS": "1,1,1"},
}


class Slot(NamedTuple):
    """A device, or a group of cores, for one run at a time."""

    name: str
    env: Mapping[str, str] = MappingProxyType({})  # added to the environment of the launcher
    cores: tuple[int, ...] = ()  # to which runs are pinned; empty for all
    lost: Callable[[], bool] = lambda: False  # whether the device is gone


HERE = Slot("here")


def cores(runs: int) -> list[Slot]:
    """`runs` slots on the CPU that share its cores equally.

    Raises:
      SwnError: for more runs than cores.
    """
    free = sorted(os.sched_getaffinity(0))
    if not 1 <= runs <= len(free):
        raise SwnError(f"found {runs} runs at a time on {len(free)} cores, wanted 1 to {len(free)}: change --jobs")
    share = len(free) // runs
    groups = [tuple(free[i * share : (i + 1) * share]) for i in range(runs)]
    return [Slot(f"cores {group}", {"JAX_PLATFORMS": "cpu"}, group) for group in groups]


def accelerators(environ: Mapping[str, str] = os.environ) -> list[Slot]:
    """A slot on each free accelerator: those in the first variable that is set, else those that nvidia-smi lists.

    An NVIDIA device with a compute process is not free; other devices count as free.

    Raises:
      SwnError: if there is no accelerator, or none is free.
    """
    variable = next((name for name in VARIABLES if name in environ), CUDA)
    listed = nvidia() if variable == CUDA else {}
    names = environ[variable].split(",") if variable in environ else list(listed.values())
    names = [listed.get(name.strip(), name.strip()) for name in names if name.strip() not in ("", "-1")]
    if not names:
        raise SwnError(
            f"found no accelerator (nvidia-smi lists none, or {variable} hides them), wanted one: list them in one of "
            f"{', '.join(VARIABLES)}, or run on the CPU with --jobs=2"
        )
    busy = set(_smi("--query-compute-apps=gpu_uuid", "--format=csv,noheader").split()) if listed else set()
    free = [name for name in names if name not in busy]
    if not free:
        raise SwnError(f"none of {len(names)} accelerators is free ({', '.join(names)}): wait for one, or end its job")

    others, before = VARIABLES[variable], set(listed.values())
    return [Slot(f"{variable}={name}", {variable: name, **others}, lost=partial(_lost, name, before)) for name in free]


def _lost(name: str, before: set[str]) -> bool:
    """Whether nvidia-smi listed a device before and no longer does."""
    return name in before and name not in nvidia().values()


def nvidia() -> dict[str, str]:
    """NVIDIA devices, index -> UUID; for a partitioned device (MIG) its partitions."""
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
