"""Warm starts: a new run takes weights of another, not its optimizer or its step."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from swn_jax.atomic import write_text
from swn_jax.data import Prepared
from swn_jax.errors import SwnError
from swn_jax.runs.workdir import CHECKPOINTS, read_object
from swn_jax.train import distributed
from swn_jax.train.checkpoint import steps_in
from swn_jax.train.flat import named
from swn_jax.types import Model, Variables

INIT = "init.json"  # in the folder of a run: what it started from


class Weights(NamedTuple):
    """Trained weights to start from."""

    variables: Variables
    corpus: str  # on which they were trained
    frame: int  # numbers per frame


class Init(NamedTuple):
    """Where a new run takes its weights from."""

    source: str  # a run or a release
    load: Callable[[], Weights]
    partial: bool = False  # take what fits, and make the rest anew


class Fit(NamedTuple):
    """Paths of the arrays that were taken, of those that were left where they are, and of those made anew."""

    taken: tuple[str, ...]
    left: tuple[str, ...]
    anew: tuple[str, ...]


def to_start(init: Init | None, folders: Sequence[Path]) -> bool:
    """Whether runs are still to be started from `init`.

    Raises:
      SwnError: where a run that is there did not start from it, or one that is to start from weights is given none.
    """
    begun = any(steps_in(folder / CHECKPOINTS) for folder in folders)
    noted = {read_object(folder / INIT)["source"] for folder in folders if (folder / INIT).exists()}
    if init is None:
        if noted and not begun:
            raise SwnError(f"{folders[0]} is a run that starts from {noted.pop()}: give it as --init again")
        return False
    if noted - {init.source} or (begun and not noted):
        start = f"from {noted.pop()}" if noted else "from weights of its own"
        raise SwnError(
            f"{folders[0]} holds a run that started {start}, found --init={init.source}: take another --workdir"
        )
    return not begun


def fit_of(own: Variables, weights: Weights, init: Init) -> Fit:
    """Compare the variables of a new run's model, or only their shapes, with weights, by path and shape.

    Raises:
      SwnError: where they do not all fit and a part will not do, or none fits.
    """
    wanted, given = named(own), named(weights.variables)
    taken = tuple(name for name, a in wanted.items() if name in given and given[name].shape == a.shape)
    fit = Fit(taken, tuple(sorted(given.keys() - taken)), tuple(name for name in wanted if name not in taken))
    if not taken:
        raise SwnError(f"--init={init.source}: none of its arrays fits this model: start without it")
    odd = sorted({*fit.left, *fit.anew})
    if odd and not init.partial:
        there, here = (list(tree[odd[0]].shape) if odd[0] in tree else "none" for tree in (given, wanted))
        more = f" and {len(odd) - 1} more such" if len(odd) > 1 else ""
        remedy = "--init_partial takes what fits and makes the rest anew"
        raise SwnError(f"--init={init.source}: found {odd[0]} {there}, wanted {here}{more}: {remedy}")
    return fit


def warmed(own: Variables, weights: Weights, fit: Fit) -> Variables:
    """The initial variables of a run, with what is taken of `weights` in its place."""
    given = named(weights.variables)
    leaves = [jnp.asarray(given[name], a.dtype) if name in fit.taken else a for name, a in named(own).items()]
    return jax.tree.unflatten(jax.tree.structure(own), leaves)


def sentences(init: Init, weights: Weights, fit: Fit, corpus: str, frame: int) -> list[str]:
    """What is said of a warm start."""
    said = [f"starts from {init.source}, trained on {weights.corpus}: {len(fit.taken)} arrays taken"]
    if weights.corpus != corpus:
        said.append(
            f"it was trained on {weights.corpus}, this run is on {corpus}, each in standardised units of its own"
        )
    if weights.frame != frame:
        said.append(f"its frames have {weights.frame} numbers, those of this run {frame}")
    if fit.left or fit.anew:
        lists = (("taken", fit.taken), ("left", fit.left), ("made anew", fit.anew))
        said += [f"{word}: {', '.join(names) or 'none'}" for word, names in lists]
    return said


def note_init(folder: Path, init: Init, weights: Weights, fit: Fit) -> None:
    """Record what a run started from."""
    facts: Mapping[str, Any] = {"source": init.source, "corpus": weights.corpus, "frame": weights.frame}
    write_text(folder / INIT, json.dumps({**facts, **fit._asdict()}, indent=1) + "\n")


class Start(NamedTuple):
    """How runs start."""

    variables: Callable[[Variables], Variables]  # from the initial ones
    note: Callable[[Path], None]  # in the folder of a run, what it started from


def start_from(
    init: Init | None, model: Model, folders: Sequence[Path], prepared: Prepared, tell: Callable[[str], None]
) -> Start:
    """How runs start that are told to, from the weights of another.

    Process 0 alone reads weights, as it alone reads the folders. Raises SwnError for weights that do not fit.
    """
    if not (distributed.is_primary() and to_start(init, folders)) or init is None:
        return Start(variables=lambda own: own, note=lambda folder: None)
    weights = init.load()
    fit = fit_of(jax.eval_shape(model.init, jax.random.key(0)), weights, init)
    for sentence in sentences(init, weights, fit, prepared.corpus.name, model.frame):
        tell(sentence)
    return Start(
        variables=lambda own: warmed(own, weights, fit), note=lambda folder: note_init(folder, init, weights, fit)
    )
