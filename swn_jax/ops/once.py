"""What a loop needs of its weights, computed once before it.

XLA moves nothing out of a loop on a GPU: casts, transposes and joins of weights would be done again at each frame.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import jax
from jax import lax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Var, jaxpr_as_fun
from jaxtyping import Array

LARGER = {"broadcast_in_dim"}  # which is cheaper to make again than to keep


def scan_with(
    body: Callable[..., tuple[Any, Any]], fixed: Any, carry: Any, xs: Any = None, length: int | None = None
) -> tuple[Any, Any]:
    """`lax.scan` of `body(fixed, carry, x)`, where all that depends on `fixed` alone is computed before the loop."""
    if any(x.shape[0] == 0 for x in jax.tree.leaves(xs)):  # no steps, of which the first would give the types
        return lax.scan(functools.partial(body, fixed), carry, xs, length)
    return lax.scan(once(body, fixed, carry, jax.tree.map(lambda x: x[0], xs)), carry, xs, length)


def once(function: Callable[..., Any], fixed: Any, *like: Any) -> Callable[..., Any]:
    """`function(fixed, *args)` as a function of `args`, where all that depends on `fixed` alone is computed now.

    Args:
      function: pure, of trees of arrays; what it closes over counts as fixed.
      fixed: its first argument.
      like: arrays of the shapes and dtypes of the others.
    """
    whole = prepared(function, fixed, *like)
    rest = part(whole.jaxpr, whole.late, [*whole.known, *whole.others], whole.jaxpr.outvars)

    def each(*args: Any) -> Any:
        return jax.tree.unflatten(whole.tree, rest(*whole.known.values(), *jax.tree.leaves(args)))

    return each


class Prepared(NamedTuple):
    """A function of which all that depends on its first argument alone is computed."""

    jaxpr: Jaxpr
    known: dict[Var, Array]  # what it closes over, the leaves of its first argument, and what was made of them
    late: list[JaxprEqn]  # the equations that are left
    others: list[Var]  # the leaves of its other arguments
    tree: Any  # of its results


def prepared(function: Callable[..., Any], fixed: Any, *like: Any) -> Prepared:
    """Compute what depends on `fixed` alone; arguments as of `once`."""
    closed, shapes = jax.make_jaxpr(function, return_shape=True)(fixed, *like)
    jaxpr, leaves = closed.jaxpr, jax.tree.leaves(fixed)
    given, others = jaxpr.invars[: len(leaves)], jaxpr.invars[len(leaves) :]
    known = dict(zip([*jaxpr.constvars, *given], [*closed.consts, *leaves], strict=True))
    early, late = divided(jaxpr.eqns, known)
    used = of_variables([*(atom for equation in late for atom in equation.invars), *jaxpr.outvars])
    kept = [variable for equation in early for variable in equation.outvars if variable in used]
    known |= zip(kept, part(jaxpr, early, list(known), kept)(*known.values()), strict=True)
    return Prepared(jaxpr, known, late, others, jax.tree.structure(shapes))


def divided(equations: Iterable[JaxprEqn], known: Iterable[Var]) -> tuple[list[JaxprEqn], list[JaxprEqn]]:
    """The equations whose variables are all known or made of known ones, and the others.

    One without variables is of no use before: the choice of a platform must stay where it is lowered.
    """
    fixed, early, late = set(known), [], []
    for equation in equations:
        inputs = of_variables(equation.invars)
        if inputs and inputs <= fixed and equation.primitive.name not in LARGER:
            early.append(equation)
            fixed.update(equation.outvars)
        else:
            late.append(equation)
    return early, late


def of_variables(atoms: Iterable[Any]) -> set[Var]:
    """The variables among atoms, the others of which are literals."""
    return {atom for atom in atoms if isinstance(atom, Var)}


def part(whole: Jaxpr, equations: list[JaxprEqn], given: list[Var], results: list[Any]) -> Callable[..., list[Any]]:
    """Some equations of a program as a function of the variables that they are given."""
    return jaxpr_as_fun(ClosedJaxpr(whole.replace(constvars=[], invars=given, outvars=results, eqns=equations), []))
