"""The model card of a release: what it was trained on and how, how good it is, and how to use it."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax

from swn_jax.release import beginning
from swn_jax.release.functions import expiry
from swn_jax.release.given import code, told
from swn_jax.release.metadata import OTHER, metadata
from swn_jax.release.recipe import Recipe
from swn_jax.version import __version__


class Facts(NamedTuple):
    """What the card states besides the recipe."""

    licence: str  # of the corpus
    source: str  # where the corpus is to be had
    parameters: int
    step: int  # training steps behind the weights
    commands: Sequence[str]  # that prepare the corpus and train
    results: Sequence[Mapping[str, Any]]  # as `experiments.evaluate` writes them
    made: datetime.date  # when the release was
    weights_licence: str = OTHER  # an identifier of the Hugging Face Hub


USE_WEIGHTS = """\
With `swn_jax`, `model.safetensors` and `config.json`, run beside them:

```python
import jax
import jax.numpy as jnp
import numpy as np
import swn_jax

model, variables, recipe = swn_jax.load(".")
x = swn_jax.generate(model, variables, jax.random.key(0), 80, before=jnp.zeros((2, model.frame)))
raw = np.asarray(x) * recipe.scale + recipe.shift
```
"""
USE_FUNCTIONS = """\
With jax and flatbuffers alone, and the functions whose shapes `functions.json` tells, run beside them:

```python
import json
from pathlib import Path

import jax
import jax.numpy as jnp
from jax import export

about = json.loads(Path("functions.json").read_text())
start, step, draw, log_prob = (
    jax.jit(export.deserialize(Path(f"{name}.jaxexport").read_bytes()).call)
    for name in ("start", "step", "draw", "log_prob")
)
rows, numbers, temperature = 2, about["latent_numbers"], jnp.float32(1)
before = jnp.zeros((rows, about["recipe"]["frame"]))
carry, x, frames = start(before), before, []
past = jnp.concatenate([jnp.zeros((rows, about["memory"] - 1, before.shape[1])), before[:, None]], axis=1)
for t in range(80):
    key_z, key_x = jax.random.split(jax.random.fold_in(jax.random.key(0), t))
    carry, params = step(carry, x, jax.random.normal(key_z, (rows, numbers)))
    x = draw(key_x, params, past, temperature)
    past = jnp.concatenate([past[:, 1:], x[:, None]], axis=1)
    frames.append(x)
x = jnp.stack(frames, axis=1)
noise = jax.random.normal(jax.random.key(1), (*x.shape[:2], numbers))
bound = log_prob(x, jnp.ones(x.shape[:2]), before, noise)["elbo"]
raw = x * jnp.array(about["recipe"]["scale"]) + jnp.array(about["recipe"]["shift"])
```
"""
EXPIRY = """\
They were written with jax {jax} on {made}. jax promises to read them with its releases of up to six months after the
one that wrote them, so until **{expiry}** at the latest. Weights do not expire: export them again.
"""
ELBO = """\
ELBO: mean over the sequences of `sum_t log p(x_t | z, x_<t) - KL(q || p)`, a lower bound of the log-likelihood and
equal to it in a model without latent variables; IWAE, K: the importance-weighted bound of K draws of z. Both in {unit}.
For raw units take {log_scale:.4f} nats off for each frame. Counted: {context}; {divisor}.
"""
HEAD = "| split | ELBO | standard error | IWAE, K | bits per sample, 16 bit | frames at the floor | sequences, frames |"


def card(recipe: Recipe, facts: Facts, *, weights: bool, functions: bool) -> str:
    """The card as Markdown, below the head that the Hugging Face Hub reads.

    Args:
      recipe: of the model.
      facts: of its corpus, training and results.
      weights, functions: which of them lie beside the card.
    """
    dates = dict(jax=jax.__version__, made=facts.made, expiry=expiry(facts.made))
    clock = f", {recipe.rate:g} Hz" if recipe.rate else ""
    density = ", ".join(f"{key} {value}" for key, value in recipe.likelihood.items() if key != "name")
    parts = [
        metadata(recipe, facts.weights_licence, facts.results),
        f"# {recipe.model} of {recipe.corpus}",
        f"A model of `swn_jax` {__version__} after {facts.step:,} steps: {facts.parameters:,} parameters, frames of "
        f"{recipe.frame} numbers{clock}, density {recipe.likelihood['name']} ({density}).",
        "## Data",
        f"Trained on `{recipe.corpus}`, from {facts.source}. Its licence: **{facts.licence}**. Read there what it says "
        "of models trained on the data. Frames are in standardised units, `x = (raw - shift) / scale`.",
        *(told(kind, names, recipe.fields, recipe.facts) for kind, names in recipe.condition.items()),
        *beginning.told(recipe.facts, recipe.condition),
        "## Results",
        results(facts.results),
        "## Training",
        "```sh\n" + "\n".join(facts.commands) + "\n```",
        "## Use",
        *([use(USE_WEIGHTS, recipe)] if weights else []),
        *([use(USE_FUNCTIONS, recipe), EXPIRY.format(**dates)] if functions else []),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def use(plain: str, recipe: Recipe) -> str:
    """The code that uses a release, of a model with a condition with one, from a first frame where it has some."""
    given = code(plain, "condition" in recipe.facts) if recipe.condition else plain
    return beginning.code(given, recipe.facts)


def results(found: Sequence[Mapping[str, Any]]) -> str:
    """The table of all splits, the definition of its columns, and the commands behind it."""
    if not found:
        return "Not evaluated."
    words = dict(unit=found[0]["unit"], log_scale=found[0]["log_scale_per_frame"])
    definition = ELBO.format(**words, context=found[0]["context"], divisor=found[0]["divisor"])
    commands = "\n".join(f"{command(r)}  # {r['date']}, {r['machine']}" for r in found)
    return "\n".join([HEAD, "| --- " * 7 + "|", *map(row, found), "", definition, f"```sh\n{commands}\n```"])


def command(r: Mapping[str, Any]) -> str:
    """The command that evaluates again, without the folders of the original machine."""
    flags = f"--split={r['split']} --samples={r['iwae_samples']} --seed={r['seed']}"
    return f"swn evaluate --workdir=run --data_dir=data {flags}"


def row(r: Mapping[str, Any]) -> str:
    bits = f"{r['bits_per_sample']:.3f}" if "bits_per_sample" in r else ""
    cells = (
        r["split"], f"{r['elbo']:+,.1f}", f"{r['elbo_standard_error']:,.1f}", f"{r['iwae']:+,.1f}, {r['iwae_samples']}",
        bits, f"{100 * r['frames_at_floor']:.2f} %", f"{r['sequences']:,}, {r['frames']:,}",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"
