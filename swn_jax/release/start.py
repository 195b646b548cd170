"""Weights to start a run from: those of another run, or of a release."""

from pathlib import Path

from swn_jax.errors import SwnError
from swn_jax.release import weights
from swn_jax.runs import load_run
from swn_jax.runs.warm import Weights
from swn_jax.runs.workdir import CONFIG
from swn_jax.train.checkpoint import steps_in


def weights_of(source: Path | str, data_dir: Path | str = "data") -> Weights:
    """Read the weights of a run, its best ones where it has some, or of a release.

    Args:
      source: the folder of a run, or of what `swn export` wrote.
      data_dir: where the corpus of a run lies; a release needs none.
    Raises:
      SwnError: for a folder that is neither, and as `load_run` and `load` do.
    """
    source = Path(source)
    if weights.weights_file(source).exists():
        loaded = weights.load(source)
        return Weights(loaded.variables, loaded.recipe.corpus or "an unknown corpus", loaded.model.frame)
    if not (source / CONFIG).exists():
        raise SwnError(f"--init={source}: found neither a run nor a release there: give the folder of one")
    run = load_run(source, data_dir, checkpoint="best" if steps_in(source / "best") else "newest", other=True)
    return Weights(run.variables, run.corpus.name, run.model.frame)
