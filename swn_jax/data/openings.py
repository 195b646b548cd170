"""Where new sequences begin: in silence, or with the first frame of a recording."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from swn_jax.data import crops
from swn_jax.data.condition import Condition
from swn_jax.data.domain import Rows
from swn_jax.data.prepared import Prepared
from swn_jax.data.split import Split
from swn_jax.data.text import Text


class Openings(NamedTuple):
    """What comes before the first frame of new sequences."""

    before: Float[np.ndarray, "B D"]  # standardised
    starts: list[Rows | None]  # the row that each starts from, as `Split.start` has it


def openings(prepared: Prepared, seed: int, count: int, names: Sequence[str] = ()) -> Openings:
    """First frames of training recordings, drawn at random; zeros where recordings begin in silence.

    A model of poses has never read zeros: it is given the first frame of each recording, and trained on what follows.
    Zeros are the mean pose, in which nobody moves.

    Args:
      prepared: the corpus.
      seed: of the draws; the first of many are those of few.
      count: B.
      names: where the corpus has a condition, those of the sequences in turn: each begins as a recording of its name.
    """
    if not prepared.corpus.domain.begun:
        return Openings(np.zeros((count, prepared.frame_size), np.float32), [None] * count)
    split, random = prepared.split("train"), np.random.default_rng(seed)
    numbers = [int(random.choice(_named(split, names[n % len(names)] if names else ""))) for n in range(count)]
    first = crops.whole_recordings(split)[numbers, 1]
    chosen = np.stack([numbers, first, first + 1], axis=1)
    batch = crops.assemble(prepared, split, chosen, 1, count)
    return Openings(np.asarray(batch.before), [split.start(number, start) for number, start, _ in chosen.tolist()])


def _named(split: Split, name: str) -> Int[np.ndarray, " R"]:
    """The numbers of the recordings of a name, "" for all."""
    if not name or split.codes is None or not isinstance(split.condition, Condition | Text):
        return np.arange(len(split))
    return np.flatnonzero(split.codes == split.condition.codes([name])[0])
