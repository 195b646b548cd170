"""Continuations of a few validation recordings during a training, as files to hear and to look at."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from swn_jax import sampling
from swn_jax.data import Prepared
from swn_jax.data.examples import examples, longest, usual_frames
from swn_jax.errors import SwnError
from swn_jax.train.state import TrainState, evaluated
from swn_jax.types import Model

FOLDER, SPLIT = "examples", "valid"
SHOWN = (".png", ".gif", ".wav")  # what writers of metrics can show


def examples_in(
    workdir: Path, model: Model, prepared: Prepared, count: int, seed: int, warn: Callable[[str], None]
) -> Callable[[TrainState], Sequence[Path]]:
    """From a state to files in `examples/STEP`: the first half of recordings, continued by the model.

    The recordings and the draws are the same at each step, so that steps compare. Nothing of the training depends on
    them: they have a key of their own.

    Args:
      workdir: of the run.
      model: that continues.
      prepared: whose validation split has the recordings.
      count: how many; fewer where the split has fewer.
      seed: of the draws.
      warn: told where frames cannot be written yet, as those of an early step that lead nowhere.
    """
    count = min(count, len(prepared.split(SPLIT)))
    frames = min(usual_frames(prepared, SPLIT), longest(prepared, SPLIT, count))
    real = examples(prepared, SPLIT, count, frames)
    half = max(1, frames // 2)
    given, before = jnp.asarray(real.batch.x[:, :half]), jnp.asarray(real.batch.before)
    named = real.batch.condition if real.batch.condition is None else jnp.asarray(real.batch.condition)
    named = named[:, : 2 * half] if named is not None and named.ndim == 3 else named
    draw = jax.jit(functools.partial(sampling.continue_, model, frames=half))
    truth = [*map(prepared.rows, real.batch.x, real.starts)]

    def write(state: TrainState) -> Sequence[Path]:
        drawn = draw(evaluated(state), jax.random.key(seed), given, before=before, condition=named)
        x, folder = np.concatenate([given, drawn], axis=1), workdir / FOLDER / f"{int(state.step)}"
        folder.mkdir(parents=True, exist_ok=True)
        manifest, paths = prepared.manifest, list[Path]()
        for number, one in enumerate(x):
            try:
                if not np.isfinite(one).all():
                    raise SwnError("found a frame that is not finite")
                written = prepared.corpus.domain.write(
                    folder, f"{number}", prepared.rows(one, real.starts[number]), manifest.rate, manifest.extra,
                    real=truth[number],
                )  # fmt: skip
            except SwnError as error:
                warn(f"step {int(state.step)}, example {number} is left out: {error}")
                continue
            paths += [path for path in written.shown if path.suffix in SHOWN]
        return paths

    return write
