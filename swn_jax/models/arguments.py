"""What every model does to the arguments of its functions: check their shapes, and bring them to one type."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from swn_jax.errors import SwnError
from swn_jax.ops.alike import alike, gathered, placed_as, varying_as
from swn_jax.ops.bounds import limited
from swn_jax.types import Batch, Carry, CarryFn, InitFn, Model, StepFn, Terms, TermsFn, Trace, TraceFn, Variables

AXES = {
    "B": "sequences", "T": "frames", "D": "numbers per frame", "N": "latent numbers per frame",
    "C": "numbers of the condition",
}  # fmt: skip


def checked(raw: Model) -> Model:
    """The model whose functions check the shapes of their arguments, and compute in the common dtype of them all.

    Args:
      raw: a model whose functions may rely on both.
    """
    frame, numbers, given = raw.frame, sum(raw.latents), raw.condition

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
        batch, noise, read = sequences(raw, variables, batch, noise, read)
        return raw.terms(gathered(variables), batch, noise, infer=infer, train=train, axis=axis, read=read)

    def trace(
        variables: Variables, batch: Batch, noise: Array, *, infer: bool = True, read: Array | None = None
    ) -> Trace:
        batch, noise, read = sequences(raw, variables, batch, noise, read)
        return raw.trace(gathered(variables), batch, noise, infer=infer, read=read)

    def carry(before: Array) -> Carry:
        return raw.carry(shaped("before", before, "BD", D=frame)[0])

    def step(
        variables: Variables, carry: Carry, x_prev: Array, noise: Array, *, condition: Array | None = None
    ) -> tuple[Carry, Array]:
        x_prev, sizes = shaped("x_prev", x_prev, "BD", D=frame)
        noise, _ = shaped("noise", noise, "BN", B=sizes["B"], N=numbers)
        same_shapes(carry, jax.eval_shape(raw.carry, x_prev))
        condition = condition_for(given, condition, "BC", **sizes)
        carry, x_prev, noise, condition = alike((carry, x_prev, noise, condition), variables)
        noise, condition = placed_as((noise, condition), x_prev)
        return raw.step(gathered(variables), carry, limited(x_prev), noise, condition=condition)

    functions = [(init, InitFn), (terms, TermsFn), (trace, TraceFn), (carry, CarryFn), (step, StepFn)]
    for function, protocol in functions:
        function.__doc__ = protocol.__doc__
    return raw._replace(init=init, terms=terms, trace=trace, carry=carry, step=step)


def sequences(
    model: Model, variables: Variables, batch: Batch, noise: Array, read: Array | None = None
) -> tuple[Batch, Array, Array | None]:
    """The arguments of a parallel run in the common dtype of them and the variables, in which the mask keeps its own.

    Raises:
      SwnError: where their shapes do not fit together.
    """
    x, sizes = shaped("x", batch.x, "BTD", D=model.frame)
    mask, _ = shaped("mask", batch.mask, "BT", **sizes)
    before, _ = shaped("before", batch.before, "BD", **sizes)
    noise, _ = shaped("noise", noise, "BTN", **sizes, N=sum(model.latents))
    given = batch.condition
    axes = "BC" if given is not None and np.ndim(given) == 2 else "BTC"
    condition = condition_for(model.condition, given, axes, **sizes)
    if read is not None:
        read, _ = shaped("read", read, "BTD", **sizes)
    x, before, noise, read, condition = varying_as(alike((x, before, noise, read, condition), variables), mask)
    mask, before, noise, read, condition = placed_as((varying_as(mask, x), before, noise, read, condition), x)
    return Batch(x, mask, before, condition), noise, read


def condition_for(width: int, given: Array | None, axes: str, **sizes: Any) -> Array | None:
    """What a model with a condition of `width` numbers is given, as numbers.

    Raises:
      SwnError: where it needs one and has none, takes none and has one, or it has another shape.
    """
    if given is None and not width:
        return None
    if given is None:
        raise SwnError(
            f"condition: found none, wanted {width} numbers for each sequence or frame: give them as condition="
        )
    if not width:
        raise SwnError(
            "condition: found one, and this model takes none: leave it out, or build the model with condition=C"
        )
    array, _ = shaped("condition", given, axes, **sizes, C=width)
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(jnp.float32)


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
