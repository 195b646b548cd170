"""The bytes that a compiled program moves between memory and its kernels."""

import math
import re

from swn_jax.studies.compiled.hlo import Computation, Instruction, Module, called

ARRAY = re.compile(r"([a-z]+)(\d*)(?:[a-z]\w*)?\[([\d,]*)\](?:\{([^}]*)\})?")
CUTS = ("dynamic-slice", "slice", "gather")
SAME = ("bitcast", "convert")  # the same numbers


def size_of(shape: str) -> float:
    """The bytes of a type, of all its arrays; what lies in a memory of its own, as on TPUs, counts as none."""
    arrays = [(kind, bits, dims) for kind, bits, dims, layout in ARRAY.findall(shape) if "S(" not in layout]
    return sum((width(kind, bits) * math.prod(map(int, re.findall(r"\d+", dims))) for kind, bits, dims in arrays), 0.0)


def width(kind: str, bits: str) -> float:
    """The bytes of a number."""
    return 0.0 if kind == "token" else 1.0 if kind == "pred" else int(bits or 0) / 8


def item(shape: str) -> float:
    """The bytes of one number of an array."""
    kind, bits, *_ = ARRAY.findall(shape)[0]
    return width(kind, bits)


def traffic(module: Module, each: Instruction) -> float:
    """The bytes that one run of an instruction reads and writes.

    Of an array that is only cut into, the pieces count, and of one that is updated in place, what is new.
    """
    inside = called(module, each, "calls") if each.opcode == "fusion" else ()
    if inside:
        parameters = [one for one in inside if one.opcode == "parameter"]
        numbered = sorted(parameters, key=lambda one: int(one.value))
        return sum(read(inside, one) for one in numbered) + sum(written(one) for one in inside if one.root)
    if each.opcode in CUTS:
        return 2 * size_of(each.shape)
    if each.opcode == "dynamic-update-slice":
        return 2 * written(each)
    if each.opcode.endswith("-start") and each.opcode != "all-reduce-start":
        return size_of(each.shape)  # which has the operand in it
    workspace = size_of("".join(re.findall(r"s8\[\d+\]", each.shape))) if each.opcode == "custom-call" else 0
    return size_of(each.shape) - workspace + sum(size_of(one.shape) for one in each.operands)


def read(inside: Computation, parameter: Instruction) -> float:
    """What a fusion reads of a parameter."""
    whole, users = size_of(parameter.shape), users_of(inside, parameter)
    if users and all(one.opcode in CUTS for one in users):
        return min(whole, sum(size_of(one.shape) * item(parameter.shape) / item(one.shape) for one in users))
    in_place = users and all(one.opcode == "dynamic-update-slice" and size_of(one.shape) == whole for one in users)
    return 0.0 if in_place else whole


def users_of(inside: Computation, each: Instruction) -> list[Instruction]:
    """The instructions that read another, if only under another shape or in another dtype."""
    users = [one for one in inside if any(operand is each for operand in one.operands)]
    return [user for one in users for user in (users_of(inside, one) if one.opcode in SAME else [one])]


def written(root: Instruction) -> float:
    """What the last instruction of a fusion, or those that it joins, write."""
    if root.opcode == "tuple":
        return sum(written(one) for one in root.operands)
    if root.opcode == "bitcast" and root.operands:
        return min(size_of(root.shape), written(root.operands[0]))
    return size_of(root.operands[1].shape if root.opcode == "dynamic-update-slice" else root.shape)
