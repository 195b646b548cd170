"""Equal-length prefixes of recordings: references, prompts and ends of interpolations."""

from typing import NamedTuple

import numpy as np

from swn_jax.data import crops
from swn_jax.data.domain import Rows
from swn_jax.data.prepared import Prepared
from swn_jax.errors import SwnError
from swn_jax.types import Batch

SECONDS = 2.0


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


def usual_frames(prepared: Prepared, split: str) -> int:
    """A length for samples where nobody asks for one: two seconds, or without a clock the median of a split.

    Where ends are marked, samples end by themselves: it is then a limit, that of the longest recording.
    """
    if prepared.manifest.rate is not None:
        return prepared.frames_in(SECONDS)
    recordings = crops.whole_recordings(prepared.split(split))
    lengths = recordings[:, 2] - recordings[:, 1]
    return int(lengths.max() if prepared.manifest.extra.get("end") else np.median(lengths))


def examples(prepared: Prepared, split: str, count: int, frames: int) -> Examples:
    """The first `frames` frames of `count` recordings spread over the split, in standardised units.

    Raises SwnError if fewer than `count` recordings are that long, with the flag that helps.
    """
    recordings = prepared.split(split)
    units = crops.whole_recordings(recordings)
    total, units = len(units), units[units[:, 2] - units[:, 1] >= frames]
    if len(units) < count:
        found = (
            f"{prepared.corpus.name}, split {split}: found {len(units)} recordings of {frames} frames, wanted {count}"
        )
        if total >= count:
            raise SwnError(f"{found}: ask for --frames={longest(prepared, split, count)}, or for fewer recordings")
        fewer = f"--num={len(units) or total}" + f" --frames={longest(prepared, split, total)}" * (not len(units))
        raise SwnError(f"{found}: ask for {fewer}, or take another --split")
    chosen = units[np.linspace(0, len(units) - 1, count).round().astype(int)]
    chosen[:, 2] = chosen[:, 1] + frames
    batch = crops.assemble(prepared, recordings, chosen, frames, count)
    return Examples(batch, [recordings.start(number, start) for number, start, _ in chosen.tolist()])


def pair(prepared: Prepared, split: str, frames: int) -> Examples:
    """The two ends of an interpolation, as `examples` gives them; raises SwnError for a split of one recording too."""
    if len(prepared.split(split)) < 2:
        found = f"{prepared.corpus.name}, split {split}: found one recording, wanted two to interpolate between"
        raise SwnError(f"{found}: take another --split")
    return examples(prepared, split, 2, frames)
