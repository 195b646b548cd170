"""What every model does to the arguments of its functions: check their shapes, and bring them to one type."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array

from swn_jax.errors import SwnError
from swn_jax.ops.alike import alike, gathered, placed_as, varying_as
from swn_jax.ops.bounds import limited
from swn_jax.types import Batch, Carry, CarryFn, InitFn, Model, StepFn, Terms, TermsFn, Trace, TraceFn, Variables

AXES = {"B": "sequences", "T": "frames", "D": "numbers per frame", "N": "latent numbers per frame"}


def checked(raw: Model) -> Model:
    """The model whose functions check the shapes of their arguments, and compute in the common dtype of them all.

    Args:
      raw: a model whose functions may rely on both.
    """
    frame, numbers = raw.frame, sum(raw.latents)

    def init(key: Array) -> Variables:
        return raw.init(key)

    def terms(
        variables: Variables,
        batch: Batch,
        noise: Array,
        *,
        infer: bool = True,
        train: bool = False,
        axis: str | None = None,
        read: Array | None = None,
    ) -> tuple[Terms, Variables]:
        batch, noise, read = sequences(frame, numbers, variables, batch, noise, read)
        return raw.terms(gathered(variables), batch, noise, infer=infer, train=train, axis=axis, read=read)

    def trace(variables: Variables, batch: Batch, noise: Array, *, infer: bool = True) -> Trace:
        batch, noise, _ = sequences(frame, numbers, variables, batch, noise)
        return raw.trace(gathered(variables), batch, noise, infer=infer)

    def carry(before: Array) -> Carry:
        return raw.carry(shaped("before", before, "BD", D=frame)[0])

    def step(variables: Variables, carry: Carry, x_prev: Array, noise: Array) -> tuple[Carry, Array]:
        x_prev, sizes = shaped("x_prev", x_prev, "BD", D=frame)
        noise, _ = shaped("noise", noise, "BN", B=sizes["B"], N=numbers)
        same_shapes(carry, jax.eval_shape(raw.carry, x_prev))
        carry, x_prev, noise = alike((carry, x_prev, noise), variables)
        return raw.step(gathered(variables), carry, limited(x_prev), placed_as(noise, x_prev))

    functions = [(init, InitFn), (terms, TermsFn), (trace, TraceFn), (carry, CarryFn), (step, StepFn)]
    for function, protocol in functions:
        function.__doc__ = protocol.__doc__
    return raw._replace(init=init, terms=terms, trace=trace, carry=carry, step=step)


def sequences(
    frame: int, numbers: int, variables: Variables, batch: Batch, noise: Array, read: Array | None = None
) -> tuple[Batch, Array, Array | None]:
    """The arguments of a parallel run in the common dtype of them and the variables, in which the mask keeps its own.

    Raises:
      SwnError: where their shapes do not fit together.
    """
    x, sizes = shaped("x", batch.x, "BTD", D=frame)
    mask, _ = shaped("mask", batch.mask, "BT", **sizes)
    before, _ = shaped("before", batch.before, "BD", **sizes)
    noise, _ = shaped("noise", noise, "BTN", **sizes, N=numbers)
    if read is not None:
        read, _ = shaped("read", read, "BTD", **sizes)
    x, before, noise, read = varying_as(alike((x, before, noise, read), variables), mask)
    mask, before, noise, read = placed_as((varying_as(mask, x), before, noise, read), x)
    return Batch(x, mask, before), noise, read


def shaped(name: str, given: Any, axes: str, **sizes: Any) -> tuple[Array, dict[str, Any]]:
    """The array, and the sizes of its axes with those that are known.

    Raises:
      SwnError: where the array has other axes than these letters, or one of another size.
    """
    array = jnp.asarray(given)
    if array.ndim == len(axes):
        found = dict(zip(axes, array.shape, strict=True))
        if all(found[axis] == sizes.get(axis, found[axis]) for axis in axes):
            return array, {**sizes, **found}
    wanted = ", ".join(str(sizes.get(axis, axis)) for axis in axes)
    meaning = ", ".join(f"{axis} {AXES[axis]}" for axis in axes)
    raise SwnError(f"{name}: found shape {list(array.shape)}, wanted [{wanted}] ({meaning}): nothing is broadcast")


def same_shapes(carry: Carry, wanted: Carry) -> None:
    """Raise SwnError for a carry of other rows or of another model."""
    found = jax.tree.map(jnp.shape, carry)
    wanted = jax.tree.map(jnp.shape, wanted)
    if found != wanted:
        raise SwnError(
            f"carry: found shapes {found}, wanted {wanted}: start from `model.carry(before)` with as many rows"
        )
