"""What new sequences are given: names, texts, or the numbers of recordings."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from swn_jax.data.columns import Columns
from swn_jax.data.condition import listed
from swn_jax.data.text import Text
from swn_jax.errors import SwnError
from swn_jax.runs import texts
from swn_jax.runs.load import Run
from swn_jax.runs.request import SampleRequest
from swn_jax.types import Batch


def asked(run: Run, real: Batch, request: SampleRequest) -> Float[Array, "B C"] | Float[Array, "B T C"] | None:
    """The condition of new sequences: names as `named`, or columns, which are those of the recordings."""
    if not isinstance(run.prepared.condition, Columns):
        return named(run, request)
    if request.condition or request.text:
        found = f"--condition={','.join(request.condition)}" if request.condition else f"--text={request.text[0]}"
        told = f"found {found}, and {run.workdir} is given the {run.prepared.condition.kind} of recordings"
        raise SwnError(f"{told}: leave it out, and choose them by --split and --num")
    return jnp.asarray(real.condition)


def named(run: Run, request: SampleRequest) -> Float[Array, "B C"] | None:
    """The condition of new sequences; raises SwnError for an unknown name, and a superfluous or a lacking one."""
    given, names = run.prepared.condition, request.condition
    if request.text or isinstance(given, Text):
        return jnp.asarray(texts.asked(run, request.text, request.num))
    if isinstance(given, Columns):
        told = f"{run.workdir} is given the {given.kind} of recordings, which end, and a stream does not"
        raise SwnError(f"{told}: take --what=generate")
    if given is None and not names:
        return None
    if given is None:
        raise SwnError(f"found --condition={','.join(names)}, and {run.workdir} was trained without: leave it out")
    if not names:
        remedy = f"pass --condition=NAME, or several, of {listed(given.names)}"
        raise SwnError(f"{run.workdir} is given the {given.kind} of what it makes, found none: {remedy}")
    return jnp.asarray(given.one_hot(given.codes([names[i % len(names)] for i in range(request.num)])))
