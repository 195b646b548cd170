"""What every model does to the arguments of its functions: check their shapes, and bring them to one type."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from swn_jax.errors import SwnError
from swn_jax.models.shapes import condition_for, same_shapes, shaped
from swn_jax.ops.alike import alike, gathered, placed_as, varying_as
from swn_jax.ops.bounds import limited
from swn_jax.types import Batch, Carry, CarryFn, InitFn, Model, StepFn, Terms, TermsFn, Trace, TraceFn, Variables


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
        variables: Variables, carry: Carry, x_prev: Array, noise: Array, *, condition: Array | None = None,
        read: Array | None = None,
    ) -> tuple[Carry, Array]:  # fmt: skip
        x_prev, sizes = shaped("x_prev", x_prev, "BD", D=frame)
        noise, _ = shaped("noise", noise, "BN", B=sizes["B"], N=numbers)
        same_shapes(carry, jax.eval_shape(raw.carry, x_prev))
        condition = condition_for(given, condition, "BC", **sizes)
        read = None if read is None else shaped("read", read, "BD", **sizes)[0]
        carry, x_prev, noise, condition, read = alike((carry, x_prev, noise, condition, read), variables)
        noise, condition, read = placed_as((noise, condition, read), x_prev)
        read = None if read is None else limited(read)
        return raw.step(gathered(variables), carry, limited(x_prev), noise, condition=condition, read=read)

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
    following = following_of(model, batch, sizes)
    carry, past = carried(model, batch, before, sizes)
    if read is not None:
        read = shaped_read(read, before, following, sizes)
    own = (before, noise, read, condition, past, following)
    (x, carry), own = varying_as(alike(((x, carry), own), variables), mask)
    mask, (before, noise, read, condition, past, following) = placed_as((varying_as(mask, x), own), x)
    return Batch(x, mask, before, condition, carry, past, following), noise, read


def carried(model: Model, batch: Batch, before: Array, sizes: dict[str, Any]) -> tuple[Carry | None, Array | None]:
    """The carry and the past of a stretch; raises SwnError for other shapes, and for a carry without a past."""
    carry, past, memory = batch.carry, batch.past, model.likelihood.memory(model.frame)
    if carry is not None:
        same_shapes(carry, jax.eval_shape(model.carry, before))
    if past is not None:
        past, _ = shaped("past", past, "BMD", B=sizes["B"], M=memory, D=sizes["D"])
    elif carry is not None and memory > 1:
        raise SwnError(
            f"past: found none with a carry, wanted the {memory} frames before the first that the density remembers: "
            "give them as past=, zeros before the start"
        )
    return carry, past


def following_of(model: Model, batch: Batch, sizes: dict[str, Any]) -> Batch | None:
    """The frames that follow a stretch; raises SwnError for other shapes."""
    if batch.following is None:
        return None
    x, own = shaped("following.x", batch.following.x, "BTD", B=sizes["B"], D=sizes["D"])
    mask, _ = shaped("following.mask", batch.following.mask, "BT", **own)
    given = batch.following.condition
    axes = "BC" if given is not None and np.ndim(given) == 2 else "BTC"
    return Batch(x, mask, x[:, 0] if x.shape[1] else batch.before, condition_for(model.condition, given, axes, **own))


def shaped_read(read: Array, before: Array, following: Batch | None, sizes: dict[str, Any]) -> Array:
    """What is read in place of x between the frame before and those that follow, unless it holds them too."""
    beyond = [] if following is None else [following.x]
    frames = 1 + sizes["T"] + sum(x.shape[1] for x in beyond)
    if np.shape(read)[1:2] == (frames,):
        return shaped("read", read, "BTD", **{**sizes, "T": frames})[0]
    return jnp.concatenate([before[:, None], shaped("read", read, "BTD", **sizes)[0], *beyond], axis=1)
