"""Training batches of masked sequences: lines of ink, takes of motion; a pure function of seed and step."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Int

from swn_jax.data import crops
from swn_jax.data.crops import Crops
from swn_jax.data.prepared import Prepared
from swn_jax.data.split import Split
from swn_jax.errors import SwnError
from swn_jax.types import Batch


@dataclass(frozen=True)
class Sequences:
    """The pieces of one split. What a batch holds depends on seed and step alone, so a run resumes exactly."""

    prepared: Prepared
    split: Split
    chosen: Crops
    lengths: tuple[int, ...]  # the padded lengths that occur, in frames: a compiled step for each
    batch: int  # pieces

    @property
    def rung(self) -> Int[np.ndarray, " P"]:
        """Which of the padded lengths each piece takes."""
        return np.searchsorted(self.lengths, self.chosen[:, 2] - self.chosen[:, 1])

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch; the pieces left over are others each time."""
        return len(self.chosen) // self.batch

    def batch_at(self, seed: int, step: int, rows: slice = slice(None)) -> Batch:
        """The batch of `step` in standardised units: x [B, T, D], mask [B, T], before [B, D].

        Each epoch takes the pieces in another order; the pieces of a batch are of like length, and T is the
        padded length of the longest. `rows` takes a part of the batch, for one of several processes.
        Raises SwnError if seed or step is negative.
        """
        if seed < 0 or step < 0:
            raise SwnError(f"found seed={seed} and step={step}, wanted numbers from 0: mend the seed")
        epoch, number = divmod(step, self.steps_per_epoch)
        chosen = _epoch(seed, epoch, self.rung.tobytes(), self.batch)[number]
        frames = self.lengths[self.rung[chosen].max()]
        mine = chosen[rows]
        return crops.assemble(self.prepared, self.split, self.chosen[mine], frames, len(mine))


def sequences(prepared: Prepared, split: str = "train", *, frames: int, stride: int, batch: int) -> Sequences:
    """Pieces of at most `frames` frames of each recording, one every `stride`, never across recordings.

    Raises SwnError for an unknown split, and if the split does not fill one batch.
    """
    if min(frames, batch, stride) < 1:
        found = f"frames={frames}, stride={stride} and batch={batch}"
        raise SwnError(f"found {found}, wanted numbers from 1: mend the configuration")
    recordings = prepared.split(split)
    chosen = crops.cut(recordings, frames, stride)
    lengths = crops.buckets(chosen[:, 2] - chosen[:, 1])
    made = Sequences(prepared, recordings, chosen, tuple(lengths.tolist()), batch)
    if not made.steps_per_epoch:
        found = f"found {len(made.chosen)} pieces of at most {frames} frames, wanted {batch} or more"
        raise SwnError(f"{prepared.path}, split {split}: {found}: take a smaller batch, or prepare more recordings")
    return made


@lru_cache(maxsize=4)
def _epoch(seed: int, epoch: int, rung: bytes, batch: int) -> Int[np.ndarray, "S B"]:
    """The pieces of every batch of an epoch, the batches in random order; from raw bits, frozen in numpy.

    Those left over are drawn first, then the others are dealt from the shortest rung up.
    """
    rungs = np.frombuffer(rung, np.int64)
    bits = np.random.PCG64(np.random.SeedSequence((seed, epoch))).random_raw(2 * len(rungs))
    order = np.argsort(bits[: len(rungs)], kind="stable")[: len(rungs) // batch * batch]
    batches = order[np.argsort(rungs[order], kind="stable")].reshape(-1, batch)
    return batches[np.argsort(bits[len(rungs) :][: len(batches)], kind="stable")]
