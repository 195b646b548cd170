"""What `experiments.sample` can draw: from a run, real sequences and what was asked for, to standardised frames."""

import itertools
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from tqdm import tqdm

from experiments.saved import Run
from swn_jax import Batch, sampling
from swn_jax.errors import SwnError
from swn_jax.outputs.speech import open_stream
from swn_jax.sampling import Temperature

BLOCK = 800  # frames of a block that is streamed: ten seconds at 80 a second
NOTES = {
    "generate": "new sequences, which have nothing to do with the recordings beside them.",
    "continue": "the first part is the recording's, the rest is drawn.",
    "reconstruct": "each frame from its density given the frames before it and z of the posterior.",
    "interpolate": "from one recording to another in latent space.",
}


class Asked(NamedTuple):
    """What the flags ask for."""

    frames: int
    num: int
    seed: int
    temperature: Temperature
    given: int = 0  # frames of a prefix
    draw: bool = False

    @property
    def key(self) -> Array:
        return jax.random.key(self.seed)


def names(what: str, asked: Asked) -> list[str]:
    """Of the rows of the page."""
    if what == "interpolate":
        return [f"weight {w:.2f}" for w in np.linspace(0, 1, asked.num)]
    return [f"{i}" for i in range(asked.num)]


def truths(what: str, names: list[str]) -> list[str]:
    """Which rows the real sequences stand in."""
    return [names[0], names[-1]] if what == "interpolate" else names


def generate(run: Run, real: Batch, asked: Asked) -> Float[Array, "B T D"]:
    draw = partial(sampling.generate, run.model, frames=asked.frames, temperature=asked.temperature)
    return jax.jit(draw)(run.variables, asked.key, before=jnp.zeros((asked.num, run.model.frame)))


def continue_(run: Run, real: Batch, asked: Asked) -> Float[Array, "B T D"]:
    prefix, rest = real.x[:, : asked.given], asked.frames - asked.given
    if not (asked.given and rest):
        raise SwnError(f"a prefix of {asked.given} of {asked.frames} frames: wanted both parts, take another --prefix")
    draw = partial(sampling.continue_, run.model, frames=rest, temperature=asked.temperature)
    return jnp.concatenate([prefix, jax.jit(draw)(run.variables, asked.key, prefix, before=real.before)], axis=1)


def reconstruct(run: Run, real: Batch, asked: Asked) -> Float[Array, "B T D"]:
    draw = partial(sampling.reconstruct, run.model, draw=asked.draw, temperature=asked.temperature)
    return jax.jit(draw)(run.variables, asked.key, real)


def interpolate(run: Run, real: Batch, asked: Asked) -> Float[Array, "B T D"]:
    a, b = (jax.tree.map(lambda part, i=i: part[i : i + 1], real) for i in (0, 1))
    mix = partial(sampling.interpolate, run.model, temperature=asked.temperature)
    return jax.jit(mix)(run.variables, asked.key, a, b, jnp.linspace(0.0, 1.0, asked.num))[:, 0]


DRAWS: dict[str, Callable[[Run, Batch, Asked], Array]] = {
    "generate": generate, "continue": continue_, "reconstruct": reconstruct, "interpolate": interpolate,
}  # fmt: skip


def stream(runs: Mapping[str, Run], asked: Asked, out: Path) -> None:
    """One long sound of each run, written while it is made."""
    for name, run in runs.items():
        rate = run.prepared.manifest.rate
        if run.corpus.domain.name != "speech" or rate is None:
            raise SwnError(f"{run.corpus.name}: only sound is streamed, take --what=generate")
        state = sampling.start(run.model, jnp.zeros((1, run.model.frame)))
        blocks = sampling.stream(run.model, run.variables, asked.key, state, frames=min(BLOCK, asked.frames),
                                 temperature=asked.temperature)  # fmt: skip
        count = -(-asked.frames // BLOCK)
        with open_stream(out / f"{name}.wav", rate) as put:
            for number, x in enumerate(tqdm(itertools.islice(blocks, count), name, count, disable=None)):
                put(run.prepared.rows(np.asarray(x[0, : asked.frames - number * BLOCK])))
        print(f"{out / name}.wav: {asked.frames * run.model.frame / rate:.1f} s")
