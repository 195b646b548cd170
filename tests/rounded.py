"""Functions as accelerators compute them: products at jax's default precision with their operands rounded.

A CPU ignores the precision of a float32 product. An NVIDIA GPU rounds the operands of one that asks for no more to 10
bits of mantissa (TF32), a TPU to 7 (bfloat16), and both sum in float32.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

TF32, BFLOAT16 = 10, 7  # explicit bits of mantissa
CALLS = {"jit": "jaxpr", "custom_jvp_call": "call_jaxpr", "custom_vjp_call": "call_jaxpr"}


def rounded(function: Callable, bits: int = TF32) -> Callable:
    """A function of arrays with the operands of its rough products rounded to nearest, ties to even."""

    def run(*args: Any) -> Any:
        program, shape = jax.make_jaxpr(function, return_shape=True)(*args)
        found = evaluate(program, jax.tree.leaves(args), bits)
        return jax.tree.unflatten(jax.tree.structure(shape), found)

    return jax.jit(run)


def rough(equation: Any) -> bool:
    """Whether an equation is a float32 product that asks for no more than the default precision."""
    if equation.primitive.name not in ("dot_general", "conv_general_dilated"):
        return False
    narrow = any(operand.aval.dtype != jnp.float32 for operand in equation.invars)
    return not narrow and equation.params["precision"] in (None, (lax.Precision.DEFAULT, lax.Precision.DEFAULT))


def rough_products(function: Callable, *args: Any) -> list[Any]:
    """The rough products of a function, those in its loops and branches too."""
    return [equation for equation in equations(jax.make_jaxpr(function)(*args)) if rough(equation)]


def equations(program: Any) -> Iterator[Any]:
    """The equations of a program and of those in it."""
    for equation in program.eqns:
        yield equation
        for inner in jax.tree.leaves(list(equation.params.values()), is_leaf=lambda leaf: hasattr(leaf, "eqns")):
            if hasattr(inner, "eqns"):
                yield from equations(inner)


def evaluate(program: Any, args: Sequence[Any], bits: int) -> list[Any]:
    """What a closed program gives."""
    values = dict(zip(program.jaxpr.constvars, program.consts, strict=True))
    values.update(zip(program.jaxpr.invars, args, strict=True))

    def read(atom: Any) -> Any:
        return atom.val if hasattr(atom, "val") else values[atom]

    for equation in program.jaxpr.eqns:
        found = result(equation, [read(atom) for atom in equation.invars], bits)
        values.update(zip(equation.outvars, found, strict=True))
    return [read(atom) for atom in program.jaxpr.outvars]


def result(equation: Any, args: list[Any], bits: int) -> Sequence[Any]:
    """What one equation gives."""
    name, params = equation.primitive.name, equation.params
    if name in CALLS:
        return evaluate(params[CALLS[name]], args, bits)
    if name == "scan":
        return scanned(equation, args, bits)
    if name == "cond":
        branches = [lambda *operands, each=each: evaluate(each, operands, bits) for each in params["branches"]]
        return lax.switch(args[0], branches, *args[1:])
    if rough(equation):
        args = [lax.reduce_precision(operand, exponent_bits=8, mantissa_bits=bits) for operand in args]
    found = equation.primitive.bind(*args, **params)
    return found if equation.primitive.multiple_results else [found]


def scanned(equation: Any, args: list[Any], bits: int) -> Sequence[Any]:
    """What a scan gives: its operands are constants, the first carry, and what it runs over.

    Counted by rank, since jax has changed the names it keeps the counts under: a step sees what is run over, and gives
    what is stacked, without the first axis.
    """
    params, body = equation.params, equation.params["jaxpr"]
    carried = same_rank(equation.outvars, body.out_avals)
    fixed = same_rank(equation.invars, body.in_avals) - carried
    consts, carry, xs = args[:fixed], args[fixed : fixed + carried], args[fixed + carried :]

    def step(carry: list[Any], x: list[Any]) -> tuple[list[Any], list[Any]]:
        found = evaluate(body, [*consts, *carry, *x], bits)
        return found[:carried], found[carried:]

    last, ys = lax.scan(step, carry, xs, length=params["length"], reverse=params["reverse"])
    return [*last, *ys]


def same_rank(outer: Sequence[Any], inner: Sequence[Any]) -> int:
    """How many values have the same rank outside and inside of a loop."""
    return sum(variable.aval.ndim == aval.ndim for variable, aval in zip(outer, inner, strict=True))
