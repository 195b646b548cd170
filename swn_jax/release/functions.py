"""A trained model as compiled functions in files, with the weights inside, for jax alone.

Every function takes any number of sequences and of frames. jax reads and writes the files with flatbuffers.
"""

import calendar
import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
from jax import export
from jax.export import Exported
from jaxtyping import Array, Float

from swn_jax.atomic import write_bytes, write_text
from swn_jax.dists.likelihood.weights import weights_of
from swn_jax.errors import SwnError
from swn_jax.objective import elbo, log_weight
from swn_jax.release.recipe import Recipe, build, completed
from swn_jax.types import Batch, Carry, Model, Variables
from swn_jax.version import __version__

PLATFORMS = ("cpu", "cuda", "tpu")
SHAPES = "functions.json"
ARGUMENTS = {
    "start": ("before",),
    "step": ("carry", "x_prev", "noise", "condition"),
    "draw": ("key", "params", "past", "temperature"),
    "log_prob": ("x", "mask", "before", "noise", "condition"),
}


def exported(model: Model, variables: Variables, *, platforms: Sequence[str] = PLATFORMS) -> dict[str, Exported]:
    """Export the functions of a model with its variables as constants, for any numbers of sequences b and frames t.

    `start(before [b, D]) -> carry`
    `step(carry, x_prev [b, D], noise [b, N]) -> (carry, params [b, P])`: one frame, z from the prior
    `draw(key, params [b, P], past [b, M, D], temperature []) -> x [b, D]`: a frame from its density, given the last
        M frames, oldest first, zeros before the start of a recording
    `log_prob(x [b, t, D], mask [b, t], before [b, D], noise [b, t, N]) -> {"elbo": [b], "log_weight": [b]}`: the
        bound for one draw of z, and log p(x, z) - log q(z | x), whose log-mean-exp over K draws is the K-sample
        bound (Burda et al. 2016); both are the exact log-likelihood of a model without latent variables. Nats.

    `step` and `log_prob` of a model with a condition take it last, [b, C] of the frame and [b, t, C] of all frames.

    Args:
      model: of which `carry`, `step`, `terms` and `likelihood` are used.
      variables: its parameters.
      platforms: that the functions are lowered for.
    """
    b, t = export.symbolic_shape("b, t")
    frame, numbers, memory = model.frame, sum(model.latents), model.likelihood.memory(model.frame)

    def start(before: Array) -> Carry:
        return model.carry(before)

    def step(carry: Carry, x_prev: Array, noise: Array, *condition: Array) -> tuple[Carry, Array]:
        return model.step(variables, carry, x_prev, noise, condition=next(iter(condition), None))

    def draw(key: Array, params: Array, past: Array, temperature: Array) -> Array:
        return model.likelihood.sample(weights_of(variables), key, params, past, temperature)

    def log_prob(x: Array, mask: Array, before: Array, noise: Array, *condition: Array) -> dict[str, Array]:
        # one sequence at a time, mapped: a loop over time asks for a batch size that is a number
        run = jax.vmap(lambda *one: bounds(model, variables, *(a[None] for a in one)))
        return run(x, mask, before, noise, *condition)

    x_prev, noise, width = floats(b, frame), floats(b, numbers), model.condition
    frame_given, given = ((floats(b, width),), (floats(b, t, width),)) if width else ((), ())
    carries = jax.eval_shape(model.carry, x_prev)
    key = jax.eval_shape(lambda: jax.random.key(0, impl="threefry2x32"))
    takes: dict[Callable, tuple] = {
        start: (x_prev,),
        step: (carries, x_prev, noise, *frame_given),
        draw: (key, floats(b, model.likelihood.size(frame)), floats(b, memory, frame), floats()),
        log_prob: (floats(b, t, frame), floats(b, t), x_prev, floats(b, t, numbers), *given),
    }
    return {f.__name__: export.export(jax.jit(f), platforms=platforms)(*shapes) for f, shapes in takes.items()}


def bounds(
    model: Model,
    variables: Variables,
    x: Float[Array, "1 T D"],
    mask: Float[Array, "1 T"],
    before: Float[Array, "1 D"],
    noise: Float[Array, "1 T N"],
    condition: Float[Array, "1 T C"] | None = None,
) -> dict[str, Float[Array, ""]]:
    """Compute the bound of one sequence, and its importance weight."""
    terms, _ = model.terms(variables, Batch(x, mask, before, condition), noise)
    return {"elbo": elbo(terms, mask)[0], "log_weight": log_weight(terms, mask)[0]}


def floats(*shape: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(shape, jnp.float32)


def export_functions(
    folder: Path | str, recipe: Recipe, variables: Variables, *, platforms: Sequence[str] = PLATFORMS
) -> None:
    """Write each of `exported` as `NAME.jaxexport`, and `functions.json` with their shapes and the recipe.

    `jax.export.deserialize(Path("step.jaxexport").read_bytes()).call` is the function again, until `expiry`: the
    weights are what lasts.

    Raises:
      SwnError: for a recipe that makes no model, and where flatbuffers is not installed.
    """
    model, folder = build(recipe), Path(folder)
    made = exported(model, variables, platforms=platforms)
    try:
        files = {name: bytes(function.serialize()) for name, function in made.items()}
    except ImportError as error:
        raise SwnError(f"jax cannot write functions: {error}: `pip install flatbuffers`") from None
    today = datetime.date.today()
    dates = {"made": today.isoformat(), "expires": expiry(today).isoformat()}
    head = {"swn_jax": __version__, "jax": jax.__version__, **dates, "platforms": list(platforms)}
    shapes = {name: described(name, function) for name, function in made.items()}
    sizes = {"latent_numbers": sum(model.latents), "memory": model.likelihood.memory(model.frame)}
    sizes |= {"condition_numbers": model.condition} if model.condition else {}
    content = {**head, **sizes, "functions": shapes, "recipe": completed(recipe)._asdict()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        write_bytes(folder / f"{name}.jaxexport", data)
    write_text(folder / SHAPES, json.dumps(content, indent=1) + "\n")


def expiry(made: datetime.date) -> datetime.date:
    """The last day on which a new release of jax promises to read functions that were exported on a day.

    jax reads what a release of up to six months before wrote (its page on export, "Compatibility guarantees"); that
    release is at least as old as the files.

    >>> print(expiry(datetime.date(2026, 8, 31)))
    2027-02-28
    """
    year, month = made.year + (made.month > 6), (made.month + 5) % 12 + 1
    return datetime.date(year, month, min(made.day, calendar.monthrange(year, month)[1]))


def described(name: str, function: Exported) -> Mapping[str, Any]:
    """Describe the shapes that a function takes and returns, as trees of strings like `float32[b, 200]`."""

    def words(tree: Any, avals: Sequence[Any]) -> Any:
        return jax.tree.unflatten(tree, [f"{a.dtype}[{', '.join(map(str, a.shape))}]" for a in avals])

    given = words(function.in_tree, function.in_avals)[0]  # of a condition nothing where the model has none
    takes = dict(zip(ARGUMENTS[name], given, strict=False))
    return {"file": f"{name}.jaxexport", "takes": takes, "gives": words(function.out_tree, function.out_avals)}
