"""What a compiled program launches, by part, with its collectives and the bytes that it moves."""

import re
from collections import Counter
from typing import Any

from swn_jax.studies.compiled.hlo import Instruction, Module, called, executed, parse
from swn_jax.studies.compiled.traffic import size_of, traffic

COLLECTIVES = ("all-reduce", "all-gather", "reduce-scatter", "all-to-all", "collective-permute")
LIBRARIES = re.compile(r'custom_call_target="__(?:cublas|cudnn)')


def counts(text: str) -> dict[str, Any]:
    """Count what one run of a program does, loops as often as they run.

    Args:
      text: of the program, as `Compiled.as_text()` gives it.
    Returns:
      `launches`, of kernels, copies and collectives; of them `forward`, `backward` and `rest`, and `products`, the
      matrix products and convolutions; the number of each kind of collective and their `collective_mib`; `gigabytes`
      read and written. On a TPU a launch is a piece of the one program that is loaded.
    """
    module = parse(text)
    found: Counter[str] = Counter()
    collectives: Counter[str] = Counter()
    moved = exchanged = 0.0
    for each, times in executed(module):
        found["launches"] += times
        found[part(each)] += times
        found["products"] += times * is_product(module, each)
        moved += times * traffic(module, each)
        kind = each.opcode.removesuffix("-start")
        if kind in COLLECTIVES:
            collectives[kind] += times
            exchanged += times * payload(each)
    keys = ("launches", "forward", "backward", "rest", "products")
    said = ", ".join(f"{count} {kind}" for kind, count in sorted(collectives.items()))
    exchange = {"collectives": said, "collective_mib": exchanged / 2**20} if collectives else {}
    return {**{key: found[key] for key in keys}, **exchange, "gigabytes": 1e-9 * moved}


def part(each: Instruction) -> str:
    """The part of a train step that an instruction belongs to; `rest` is optimizer, noise, checks and metrics."""
    name = re.search(r'op_name="([^"]*)"', each.attributes)
    if not name:
        return "rest"
    return "backward" if "transpose(" in name[1] else "forward" if "jvp(" in name[1] else "rest"


def is_product(module: Module, each: Instruction) -> bool:
    """Whether an instruction is a matrix product or convolution, by a library or with others in one kernel."""
    if each.opcode == "fusion":
        return any(is_product(module, one) for one in called(module, each, "calls"))
    return each.opcode in ("dot", "convolution") or bool(LIBRARIES.search(each.attributes))


def payload(each: Instruction) -> float:
    """The bytes that a collective takes from a device, or gives it where these are more."""
    given, result = sum(size_of(one.shape) for one in each.operands), size_of(each.shape)
    both = each.opcode.endswith("-start") and each.opcode != "all-reduce-start"  # its result has the operands in it
    return max(given, result - given if both else result)
