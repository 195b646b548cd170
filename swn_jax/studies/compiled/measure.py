"""What a compiled program would take of its target: memory, launches, and the time that peak rates allow."""

import math
import time
from typing import Any

import jax

from swn_jax.studies.benchmark.row import Measured
from swn_jax.studies.benchmark.shares import peaks_of
from swn_jax.studies.benchmark.steps import mebibytes
from swn_jax.studies.compiled.compilers import options
from swn_jax.studies.compiled.counts import counts
from swn_jax.studies.compiled.programs import Devices, Program
from swn_jax.studies.compiled.targets import Target

TRAINED = ("step", "shared_out")  # of these the largest batch is looked for
MOST = 2**16  # sequences


def measured(program: Program, target: Target, devices: Devices, dtype: str, search: bool) -> Measured:
    """All numbers of a program on a target, per device and per run; of sampling per frame.

    Args:
      program, target, devices: what is compiled for what.
      dtype: of the products.
      search: whether to look for the largest batch, for which a train step compiles once or twice more.
    """
    start = time.perf_counter()
    compiled = compile_for(program, program.batch, target, devices)
    taken = time.perf_counter() - start
    room: Measured = {"fits": fits(compiled, target)}
    if search and program.what in TRAINED:
        room["largest_batch"] = largest(program, target, devices, compiled)
    if compiled is None:
        return room
    found = counts(compiled.as_text())
    for key in ("launches", "products", "gigabytes"):
        found[key] /= program.frames
    operations = program.arithmetic(program.batch) / len(devices)
    found |= {"tflop": 1e-12 * operations / program.frames, "mib": mebibytes(compiled), "compile_s": taken}
    return found | floors(found, target, dtype) | room


def compile_for(program: Program, size: int, target: Target, devices: Devices) -> Any:
    """Compile a program for batches of a size; None where the compiler says that the device is too small."""
    try:
        return program.lower(size, devices).compile(compiler_options=options(target))
    except jax.errors.JaxRuntimeError as error:
        if "RESOURCE_EXHAUSTED" not in str(error):
            raise
        return None


def floors(found: Measured, target: Target, dtype: str) -> Measured:
    """The milliseconds that arithmetic and memory take at published rates, of float32 that of fast products."""
    arithmetic = 1e3 * found["tflop"] / peaks_of(target.card.kind)[dtype][-1]
    memory = found["gigabytes"] / target.card.terabytes_per_second
    return {"arithmetic_ms": arithmetic, "memory_ms": memory}


def fits(compiled: Any, target: Target) -> bool:
    """Whether a program finds the memory that it plans for."""
    return compiled is not None and 2**20 * mebibytes(compiled) <= target.memory()


def times(compiled: Any, target: Target) -> float:
    """How many times its batch a program has room for, by what its state and each of its sequences take."""
    state, whole = compiled.memory_analysis().argument_size_in_bytes, 2**20 * mebibytes(compiled)
    return (target.memory() - state) / (whole - state)


def largest(program: Program, target: Target, devices: Devices, compiled: Any) -> int:
    """The largest batch of a train step that was compiled and fits, among the doublings and halves of its own.

    What each program that was compiled takes tells which batch is tried next.

    Args:
      program, target, devices: what is compiled for what.
      compiled: the program for its own batch, or None where that did not compile.
    """
    tried: dict[int, bool] = {}
    size, refused = program.batch, 2 * MOST  # the smallest that does not fit
    while size >= len(devices) and size not in tried:
        if tried:
            compiled = compile_for(program, size, target, devices)
        tried[size] = fits(compiled, target)
        refused = refused if tried[size] else size
        size = min(following(size, times(compiled, target) if compiled else 0.5), refused // 2)
    return max((size for size, there in tried.items() if there), default=0)


def following(size: int, times: float) -> int:
    """The batch to try after one that has room for so many times itself."""
    return int(size * 2.0 ** math.floor(math.log2(max(times, 2**-16))))
