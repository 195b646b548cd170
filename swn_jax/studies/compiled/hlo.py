"""Reading the text of a compiled program (HLO): what it runs, and how often."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

FREE = ("parameter", "constant", "tuple", "get-tuple-element", "bitcast", "after-all", "add-dependency", "opt-barrier",
        "partition-id", "replica-id")  # fmt: skip
KERNELS = ("fusion", "custom-call", "copy", "all-reduce", "all-reduce-start")  # of single numbers too
NO_WORK = ("AllocateBuffer", "ConcatBitcast")  # custom calls of TPUs that name memory
DEFINED = re.compile(r"\s+(ROOT )?%?([\w.\-]+) = ")
BEGUN = re.compile(r"(ENTRY )?%?([\w.\-]+) \(.*\{$")


class Instruction(NamedTuple):
    """One instruction of a computation."""

    opcode: str
    shape: str  # type of the result, with its layout
    operands: tuple["Instruction", ...]
    attributes: str  # all that stands behind the operands, metadata too
    value: str  # what stands in the place of operands: the number of a parameter, or a constant
    root: bool


Computation = tuple[Instruction, ...]


class Module(NamedTuple):
    """A program: its computations by name, and the one that it begins with."""

    computations: Mapping[str, Computation]
    entry: Computation


def parse(text: str) -> Module:
    """Read what `Compiled.as_text()` gives."""
    computations: dict[str, Computation] = {}
    entry, known = "", dict[str, Instruction]()
    name = ""
    for line in text.splitlines():
        if begun := BEGUN.match(line):
            name, known = begun[2], {}
            entry = name if begun[1] else entry
        elif defined := DEFINED.match(line):
            known[defined[2]] = instruction(line[defined.end() :], known, bool(defined[1]))
        elif line.startswith("}"):
            computations[name] = tuple(known.values())
    return Module(computations, computations[entry])


def instruction(line: str, known: Mapping[str, Instruction], root: bool) -> Instruction:
    """Read one instruction, from its type on."""
    shape = line[: closing(line)] if line.startswith("(") else line.partition(" ")[0]
    opcode, _, rest = line[len(shape) + 1 :].partition("(")
    end = closing(f"({rest}") - 2
    operands = tuple(known[each] for each in re.findall(r"%([\w.\-]+)", rest[:end]) if each in known)
    return Instruction(opcode, shape, operands, rest[end + 1 :], rest[:end], root)


def closing(text: str) -> int:
    """The place behind the parenthesis that closes the first one."""
    depth = 0
    for found in re.finditer(r"[()]", text):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.end()
    return len(text)


def executed(
    module: Module, computation: Computation | None = None, times: int = 1
) -> Iterator[tuple[Instruction, int]]:
    """The instructions that do work, and how often each does, through loops and calls.

    Of branches, which here are ways around compilers, the shortest counts.
    """
    for each in module.entry if computation is None else computation:
        if each.opcode == "while":
            yield from executed(module, called(module, each, "body"), times * trips(module, each))
        elif each.opcode == "call":
            yield from executed(module, called(module, each, "to_apply"), times)
        elif each.opcode == "conditional":
            branches = [list(executed(module, module.computations[name], times)) for name in branches_of(each)]
            yield from min(branches, key=lambda branch: sum(count for _, count in branch))
        elif works(each):
            yield each, times


def works(each: Instruction) -> bool:
    """Whether an instruction is a kernel, a copy or a collective.

    What ends one that has begun is none, nor is arithmetic of single numbers by itself: TPUs do it beside.
    """
    named = each.opcode == "custom-call" and any(f'"{name}"' in each.attributes for name in NO_WORK)
    single = each.opcode not in KERNELS and all(map(is_number, (each, *each.operands)))
    return not (each.opcode in FREE or each.opcode.endswith("-done") or named or single)


def is_number(each: Instruction) -> bool:
    """Whether an instruction gives a single number."""
    return each.shape.partition("{")[0].endswith("[]")


def called(module: Module, each: Instruction, key: str) -> Computation:
    """The computation that an attribute names; an empty one where there is no such attribute."""
    found = re.search(rf"\b{key}=%?([\w.\-]+)", each.attributes)
    return module.computations[found[1]] if found else ()


def branches_of(each: Instruction) -> list[str]:
    """The names of the branches of a conditional."""
    listed = re.search(r"branch_computations=\{([^}]*)\}", each.attributes)
    pair = re.findall(r"(?:true|false)_computation=%?([\w.\-]+)", each.attributes)
    return re.findall(r"%?([\w.\-]+)", listed[1]) if listed else pair


def trips(module: Module, loop: Instruction) -> int:
    """How often a loop runs: what the compiler says, else the bound in its condition, else once."""
    if found := re.search(r'"known_trip_count":\{"n":"(\d+)"', loop.attributes):
        return int(found[1])
    condition = called(module, loop, "condition")
    bounds = [int(each.value) for each in condition if each.opcode == "constant" and each.value.isdigit()]
    return max(bounds, default=1)
