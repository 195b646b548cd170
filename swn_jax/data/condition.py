"""What a model is given with each recording: one of the names that a corpus keeps of it, as a one-hot vector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from swn_jax.data.natural import natural
from swn_jax.errors import SwnError, unknown

SHOWN = 20  # known names that an error lists
Names = Mapping[str, Mapping[str, Sequence[str]]]  # kind -> split -> the name of each recording


@dataclass(frozen=True)
class Condition:
    """A kind of name, and those that are known: each has a place in the one-hot vector."""

    kind: str  # speaker, label
    names: tuple[str, ...]

    @property
    def width(self) -> int:
        """C, the numbers of the vector."""
        return len(self.names)

    def codes(self, names: Sequence[str], where: str = "", remedy: str = "") -> Int[np.ndarray, " R"]:
        """The places of names; raises SwnError for an unknown one, with the nearest known."""
        places = {name: place for place, name in enumerate(self.names)}
        for name in names:
            if name not in places:
                told = unknown(self.kind, name, self.names, listed(self.names))
                raise SwnError(f"{where}{told}{remedy}")
        return np.array([places[name] for name in names], np.int64)

    def one_hot(self, codes: Int[np.ndarray, "*S"]) -> Float[np.ndarray, "*S C"]:
        """The vectors at these places; zeros for a place below 0."""
        return (codes[..., None] == np.arange(self.width)).astype(np.float32)


def listed(names: Sequence[str]) -> str:
    """Names in one line, the first of many."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def condition_of(names: Names, kind: str, where: str) -> Condition:
    """The condition whose names are those of the training split, in natural order.

    Args:
      names: of the recordings of a corpus.
      kind: one of its kinds of names.
      where: the corpus, for errors.
    Raises:
      SwnError: for one name only.
    """
    known = tuple(sorted(set(names[kind]["train"]), key=natural))
    if len(known) < 2:
        remedy = "nothing to tell apart, leave --config.condition out"
        raise SwnError(f"{where}: found one {kind} in training, {known[0]}: {remedy}")
    return Condition(kind, known)
