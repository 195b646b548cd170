"""The texts that a run writes: as its condition, after a beginning in another hand, and until they are written."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from swn_jax.data.text import Text
from swn_jax.errors import SwnError
from swn_jax.models.reading import as_read
from swn_jax.models.text import attention, frames_written
from swn_jax.runs.load import Run
from swn_jax.types import Batch


def asked(run: Run, texts: tuple[str, ...], num: int) -> Float[np.ndarray, "B C"]:
    """The condition of `num` sequences that write these texts in turn; raises SwnError for none, and as `Text` does."""
    given = _given(run, texts)
    if not texts:
        raise SwnError(f"{run.workdir} writes a given text, found none: pass --text=hello, or several of it")
    return given.written([texts[i % len(texts)] for i in range(num)])


def _given(run: Run, texts: tuple[str, ...]) -> Text:
    given = run.prepared.condition
    if isinstance(given, Text):
        return given
    found = f"found --text={' '.join(texts)}, and {run.workdir} was trained without texts"
    raise SwnError(f"{found}: leave it out, or train a run with --config.condition=text")


def primed(run: Run, prefix: Batch, texts: tuple[str, ...]) -> Float[np.ndarray, "B C"]:
    """The condition of sequences that begin as recordings do and go on with these texts, in turn.

    Each is what a recording says up to the letter at which the window looks after the prefix, a blank, and a text.
    Raises SwnError where both together have too many letters, and as `Text` does.
    """
    given = _given(run, texts)
    given.written(texts)
    phi = jax.jit(attention, static_argnums=1)(run.variables, len(given.names), _read(run, prefix))
    begun = given.texts(np.asarray(prefix.condition))
    joined = [
        f"{text[: place + 1].strip()} {texts[row % len(texts)]}"
        for row, (text, place) in enumerate(zip(begun, np.asarray(phi[:, -1].argmax(-1)), strict=True))
    ]
    if max(map(len, joined)) > given.most:
        found = f"found {max(map(len, joined))} letters with those of the recording, wanted at most {given.most}"
        raise SwnError(f"{found}: take a shorter --text or --prefix")
    return given.one_hot(given.codes(joined))


def lengths(run: Run, x: Float[np.ndarray, "B T D"], condition: Float[Array, "B C"]) -> Int[np.ndarray, " B"]:
    """The frames of each sequence until its text is written."""
    rows = jnp.asarray(x)
    batch = Batch(rows, jnp.ones_like(rows[..., 0]), jnp.zeros_like(rows[:, 0]), condition)
    letters = len(_given(run, ()).names)
    return np.asarray(jax.jit(partial(frames_written, letters=letters))(run.variables, batch=_read(run, batch)))


def _read(run: Run, batch: Batch) -> Batch:
    """Sequences as the window of a run reads them."""
    return as_read(run.config["model"].get("inputs", "frame"), batch)
