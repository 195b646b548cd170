"""Counting the arithmetic of a program before it is compiled."""

import math
from collections.abc import Iterator
from typing import Any


def arithmetic(jaxpr: Any) -> float:
    """The floating point operations of the matrix products and convolutions of a traced program, two a weight used.

    What a scan does counts as often as it is done, a loop of unknown length once; of branches, which here are ways
    around compilers, the cheapest that has products. What a compiler finds to be of no use counts too: in bfloat16 the
    gradient of the data, under a hundredth of a preset's step.
    """
    return sum((of_equation(equation) for equation in jaxpr.eqns), 0.0)


def of_equation(equation: Any) -> float:
    """The operations of one equation, and of the programs in it."""
    name = equation.primitive.name
    if name == "dot_general":
        (contracted, _), _ = equation.params["dimension_numbers"]
        shape = equation.invars[0].aval.shape
        return 2.0 * size_of(equation) * math.prod(shape[axis] for axis in contracted)
    if name == "conv_general_dilated":
        kernel, numbers = equation.invars[1].aval.shape, equation.params["dimension_numbers"]
        return 2.0 * size_of(equation) * math.prod(kernel) / kernel[numbers.rhs_spec[0]]
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
