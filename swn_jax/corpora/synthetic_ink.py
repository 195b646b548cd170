"""Synthetic handwriting: a corpus that needs no download, for tests and first runs.

Many writers, each in one split only, with their own letters, slant, size and speed, write lines of made-up words.
"""

import numpy as np
from jaxtyping import Float32
from numpy.random import RandomState

from swn_jax.corpora.synthetic import check
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SPLITS, Recording, SplitIndex
from swn_jax.domains.ink.domain import INK, WIDTH
from swn_jax.domains.ink.strokes import with_ends
from swn_jax.domains.ink.synthetic import hand, words

EACH = 10  # lines per writer


def index(seed: int, end: int, **counts: int) -> SplitIndex:
    """`counts` lines per split, a function of `seed`, their ends marked where `end` is 1.

    Raises SwnError for a count below 1 and for another `end` than 0 and 1.
    """
    check("synthetic_ink", seed, **counts)
    splits = {split: tuple(_recording(seed, split, n) for n in range(counts[split])) for split in SPLITS}
    return with_ends(SplitIndex(splits), end, "synthetic_ink")


def _recording(seed: int, split: str, number: int) -> Recording:
    writer = f"{split}-{number // EACH:03d}"
    return Recording(f"{seed}/{writer}/{number % EACH}", writer, lambda: [write(seed, split, number)],
                     text=text(seed, split, number))  # fmt: skip


def text(seed: int, split: str, number: int) -> str:
    """The text of line `number` of a split."""
    return words.line(_random(seed, split, number))


def write(seed: int, split: str, number: int) -> Float32[np.ndarray, "n 3"]:
    """The points (pen, x, y) of line `number` of a split, the same each time."""
    random = _random(seed, split, number)
    line = words.line(random)
    return hand.write(line, hand.hand(RandomState((seed, SPLITS.index(split), number // EACH))), random)


def _random(seed: int, split: str, number: int) -> RandomState:
    return RandomState((seed, SPLITS.index(split), number // EACH, number % EACH + 1))


CORPUS = Corpus(
    name="synthetic_ink",
    version="1.0.0",
    licence="none: made by this program",
    source="this program",
    index=index,
    domain=INK,
    options={"seed": 0, "train": 400, "valid": 40, "test": 40, "end": 0},
    frame_size=WIDTH,
    unit="line",
)
