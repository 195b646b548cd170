"""The maps by weights in the traced program of a loop, and the program with something added to their results."""

import collections
import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax
from jax.extend.core import JaxprEqn, Var
from jaxtyping import Array, Float

from swn_jax.ops.narrow import narrow_rows, operand_of
from swn_jax.ops.once import Prepared, of_variables, part

ROWS_BY_KERNEL = (((1,), (0,)), ((), ()))  # the axes that `x @ W` contracts, and none of a batch


class Site(NamedTuple):
    """A map of rows in the program of a loop, `x @ W` or `x @ W + b`."""

    rows: Var
    weights: tuple[Var, ...]  # W, or W and b
    operand: Var | None  # W in bfloat16, of a narrow product
    made: tuple[Var, ...]  # by its equations, the result last
    width: int  # O
    dtype: Any  # of its result

    def map(self, rows: Float[Array, "F C"], kernel: Float[Array, "C O"], *bias: Float[Array, " O"]) -> Array:
        """The same of any rows."""
        return self.mapped(rows, operand_of(kernel) if self.operand else kernel, kernel, *bias)

    def mapped(self, rows: Array, operand: Array, kernel: Array, *bias: Array) -> Float[Array, "F O"]:
        """The same with the operand for a narrow product."""
        y = narrow_rows(rows, kernel, lax.stop_gradient(operand)) if self.operand else rows @ kernel
        return sum((jnp.broadcast_to(b, y.shape) for b in bias), y)


def sites_of(whole: Prepared) -> list[Site]:
    """The maps by known weights among the equations of a loop; with a bias if nothing else reads it or the product."""
    found: dict[Var, Site] = {}  # by their results
    biases: dict[Var, Var] = {}  # by what they are after a broadcast
    reads = [of_variables(equation.invars) for equation in whole.late] + [of_variables(whole.jaxpr.outvars)]
    uses = collections.Counter(itertools.chain.from_iterable(reads))
    for equation in whole.late:
        inputs: list[Any] = equation.invars
        out, *_ = equation.outvars
        if is_map(equation) and not is_known(inputs[0], whole) and all(is_known(w, whole) for w in inputs[1:]):
            shaped: Any = out.aval
            operand = inputs[2] if len(inputs) > 2 else None
            found[out] = Site(inputs[0], (inputs[1],), operand, (out,), shaped.shape[-1], shaped.dtype)
        elif equation.primitive.name == "broadcast_in_dim" and is_known(inputs[0], whole):
            biases |= {out: inputs[0]} if equation.params["broadcast_dimensions"] == (1,) else {}
        elif equation.primitive.name == "add" and [uses[atom] for atom in of_variables(inputs)] == [1, 1]:
            product, bias = inputs
            if product in found and bias in biases:
                site = found.pop(product)
                found[out] = site._replace(weights=(*site.weights, biases[bias]), made=(*site.made, bias, out))
    return list(found.values())


def is_known(atom: Any, whole: Prepared) -> bool:
    """Whether an atom is a variable of known value."""
    return isinstance(atom, Var) and atom in whole.known


def is_map(equation: JaxprEqn) -> bool:
    """Whether an equation is `x @ W` of two matrices, wide or narrow."""
    if equation.primitive.name == "dot_general":
        shapes: list[Any] = [atom.aval for atom in equation.invars]
        numbers = equation.params["dimension_numbers"]
        return all(shaped.ndim == 2 for shaped in shapes) and numbers == ROWS_BY_KERNEL
    return equation.params.get("name") == "narrow_rows"


def evaluated(
    whole: Prepared, values: dict[Var, Array], zeros: Sequence[tuple[Site, Array]]
) -> tuple[list[Array], list[Array]]:
    """The results of a frame with zeros added at some sites, and the rows that these read.

    Args:
      whole: the program of a frame.
      values: of all that it is given.
      zeros: of some sites; weights have no gradient there.
    """
    skipped = {made for site, _ in zeros for made in site.made[:-1]}
    added = {site.made[-1]: (site, zero) for site, zero in zeros}
    for equation in whole.late:
        out = equation.outvars[0]
        if out in added:
            site, zero = added[out]
            operand, *weights = (values[name] for name in (site.operand or site.weights[0], *site.weights))
            values[out] = site.mapped(values[site.rows], operand, *lax.stop_gradient(weights)) + zero
        elif out not in skipped:
            inputs = list(dict.fromkeys(atom for atom in equation.invars if isinstance(atom, Var)))
            made = part(whole.jaxpr, [equation], inputs, equation.outvars)(*(values[name] for name in inputs))
            values |= zip(equation.outvars, made, strict=True)
    results = part(whole.jaxpr, [], list(values), whole.jaxpr.outvars)(*values.values())
    return results, [values[site.rows] for site, _ in zeros]
