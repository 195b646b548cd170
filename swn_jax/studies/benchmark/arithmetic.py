"""Counting the arithmetic of a program before it is compiled."""

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Any


def arithmetic(jaxpr: Any) -> float:
    """The floating point operations of the matrix products and convolutions of a traced program, two a weight used.

    What a scan does counts as often as it is done, a loop of unknown length once; of branches, which here are ways
    around compilers, the cheapest that has products. What no result of its program needs does not count.
    """
    return of_results(jaxpr, jaxpr.outvars)


def of_results(jaxpr: Any, results: Iterable[Any]) -> float:
    """The operations that some results of a program need."""
    wanted, total = {id(atom) for atom in results}, 0.0
    for equation in reversed(jaxpr.eqns):
        if wanted.intersection(map(id, equation.outvars)):
            total += of_equation(equation, [id(out) in wanted for out in equation.outvars])
            wanted |= {id(atom) for atom in equation.invars}
    return total


def of_equation(equation: Any, wanted: list[bool]) -> float:
    """The operations of one equation, and of the programs in it, for those of its results that are wanted."""
    name = equation.primitive.name
    if name == "dot_general":
        (contracted, _), _ = equation.params["dimension_numbers"]
        shape = equation.invars[0].aval.shape
        return 2.0 * size_of(equation) * math.prod(shape[axis] for axis in contracted)
    if name == "conv_general_dilated":
        kernel, numbers = equation.invars[1].aval.shape, equation.params["dimension_numbers"]
        return 2.0 * size_of(equation) * math.prod(kernel) / kernel[numbers.rhs_spec[0]]
    if name == "jit":
        program = equation.params["jaxpr"].jaxpr
        return of_results(program, itertools.compress(program.outvars, wanted))
    inside = [arithmetic(jaxpr) for jaxpr in programs(list(equation.params.values()))]
    if name == "cond":
        return min(filter(None, inside), default=0.0)
    return sum(inside, 0.0) * (equation.params["length"] if name == "scan" else 1)


def size_of(equation: Any) -> int:
    """The numbers that an equation of one result computes."""
    return math.prod(equation.outvars[0].aval.shape)


def programs(values: Any) -> Iterator[Any]:
    """The programs among the parameters of an equation."""
    for value in values:
        if isinstance(value, list | tuple):
            yield from programs(value)
        elif hasattr(value, "jaxpr") and hasattr(value.jaxpr, "eqns"):
            yield value.jaxpr
        elif hasattr(value, "eqns"):
            yield value
