"""Equal-length prefixes of recordings: references, prompts and ends of interpolations."""

from typing import NamedTuple

import numpy as np

from swn_jax.data import crops
from swn_jax.data.domain import Rows
from swn_jax.data.prepared import Prepared
from swn_jax.errors import SwnError
from swn_jax.types import Batch


class Examples(NamedTuple):
    """Recordings of one length, and the row from which each starts, as `Split.start` has it."""

    batch: Batch
    starts: list[Rows | None]


def longest(prepared: Prepared, split: str, count: int) -> int:
    """The largest length in frames that `count` recordings of a split have, given frames not counted."""
    lengths = sorted(
        (stop - start for _, start, stop in crops.whole_recordings(prepared.split(split)).tolist()), reverse=True
    )
    return lengths[min(count, len(lengths)) - 1]


def examples(prepared: Prepared, split: str, count: int, frames: int) -> Examples:
    """The first `frames` frames of `count` recordings spread over the split, in standardised units.

    Raises SwnError if fewer than `count` recordings are that long.
    """
    recordings = prepared.split(split)
    units = crops.whole_recordings(recordings)
    units = units[units[:, 2] - units[:, 1] >= frames]
    if len(units) < count:
        raise SwnError(
            f"{prepared.corpus.name}, split {split}: found {len(units)} recordings of {frames} frames, wanted {count}: "
            f"ask for {longest(prepared, split, count)} frames, or for fewer recordings"
        )
    chosen = units[np.linspace(0, len(units) - 1, count).round().astype(int)]
    chosen[:, 2] = chosen[:, 1] + frames
    batch = crops.assemble(prepared, recordings, chosen, frames, count)
    return Examples(batch, [recordings.start(number, start) for number, start, _ in chosen.tolist()])
