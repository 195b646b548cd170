"""Training batches of masked crops (lines of ink, takes of motion), a pure function of seed and step."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Int

from swn_jax.data import crops
from swn_jax.data.crops import Crops
from swn_jax.data.prepared import Prepared
from swn_jax.data.split import Split
from swn_jax.data.text import Text
from swn_jax.errors import SwnError
from swn_jax.types import Batch


@dataclass(frozen=True)
class Sequences:
    """The crops of one split. A batch depends on seed and step alone, so a run resumes exactly."""

    prepared: Prepared
    split: Split
    crops: Crops
    lengths: tuple[int, ...]  # the bucket lengths in frames; one step is compiled for each
    batch: int  # crops per batch

    @property
    def bucket(self) -> Int[np.ndarray, " P"]:
        """The bucket of each crop, as an index into `lengths`."""
        return np.searchsorted(self.lengths, self.crops[:, 2] - self.crops[:, 1])

    @property
    def steps_per_epoch(self) -> int:
        """Batches per epoch; which crops are left over changes with the epoch."""
        return len(self.crops) // self.batch

    def batch_at(self, seed: int, step: int, rows: slice = slice(None)) -> Batch:
        """The batch of `step` in standardised units: x [B, T, D], mask [B, T], before [B, D].

        Each epoch has its own order of crops; the crops of a batch have similar lengths, and T is the bucket length
        of the longest. `rows` selects a part of the batch, for one of several processes.
        Raises SwnError if seed or step is negative.
        """
        if seed < 0 or step < 0:
            raise SwnError(f"found seed={seed} and step={step}, wanted 0 or more: change the seed")
        epoch, number = divmod(step, self.steps_per_epoch)
        chosen = _epoch(seed, epoch, self.bucket.tobytes(), self.batch)[number]
        frames = self.lengths[self.bucket[chosen].max()]
        selected = self.crops[chosen[rows]]
        return crops.assemble(self.prepared, self.split, selected, frames, len(selected))


def sequences(prepared: Prepared, split: str = "train", *, frames: int, stride: int, batch: int) -> Sequences:
    """Crops of at most `frames` frames, one every `stride`, never across recordings.

    Raises SwnError for an unknown split, and if the split does not fill one batch.
    """
    if min(frames, batch, stride) < 1:
        found = f"frames={frames}, stride={stride} and batch={batch}"
        raise SwnError(f"found {found}, wanted 1 or more: change the configuration")
    recordings = prepared.split(split)
    cropped = crops.cut(recordings, frames, stride)
    if isinstance(prepared.condition, Text):  # which begins where the recording does
        cropped = cropped[cropped[:, 1] == prepared.corpus.domain.given]
    lengths = crops.buckets(cropped[:, 2] - cropped[:, 1])
    result = Sequences(prepared, recordings, cropped, tuple(lengths.tolist()), batch)
    if not result.steps_per_epoch:
        found = f"found {len(cropped)} crops of at most {frames} frames, wanted {batch} or more"
        remedy = f"take a batch of {len(cropped)} or less, or prepare more recordings"
        raise SwnError(f"{prepared.path}, split {split}: {found}: {remedy}")
    return result


@lru_cache(maxsize=4)
def _epoch(seed: int, epoch: int, bucket: bytes, batch: int) -> Int[np.ndarray, "S B"]:
    """The crops of every batch of an epoch, batches in random order; from raw bits, which numpy keeps stable.

    The crops left over are drawn first; the others are then dealt out from the shortest bucket up.
    """
    buckets = np.frombuffer(bucket, np.int64)
    bits = np.random.PCG64(np.random.SeedSequence((seed, epoch))).random_raw(2 * len(buckets))
    order = np.argsort(bits[: len(buckets)], kind="stable")[: len(buckets) // batch * batch]
    batches = order[np.argsort(buckets[order], kind="stable")].reshape(-1, batch)
    return batches[np.argsort(bits[len(buckets) :][: len(batches)], kind="stable")]
