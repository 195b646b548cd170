"""Training batches of windows of the joined signal, a pure function of seed and step."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Int, Int64

from swn_jax.data.prepared import Prepared
from swn_jax.data.split import Split
from swn_jax.errors import SwnError
from swn_jax.types import Batch


@dataclass(frozen=True)
class Windows:
    """The windows of one split. A batch depends on seed and step alone, so a run resumes exactly."""

    prepared: Prepared
    split: Split
    frames: int  # frames per window
    batch: int  # windows per batch
    shift: bool

    @property
    def width(self) -> int:
        """Samples predicted per window."""
        return self.prepared.frame_size * self.frames

    @property
    def count(self) -> int:
        """Windows per epoch, the same for every shift; each also reads the frame before it."""
        last_shift = self.width - 1 if self.shift else 0
        return max(0, (self.split.signal.size - self.prepared.frame_size - last_shift) // self.width)

    @property
    def lengths(self) -> tuple[int, ...]:
        """The sequence lengths in frames; one step is compiled for each."""
        return (self.frames,)

    @property
    def steps_per_epoch(self) -> int:
        """Batches per epoch; which windows are left over changes with the epoch."""
        return self.count // self.batch

    def batch_at(self, seed: int, step: int) -> Batch:
        """The batch of `step` in standardised units: x [B, T, D], mask of ones [B, T], before [B, D].

        Each epoch has its own order of windows and, with `shift`, its own offset of the cuts.
        Raises SwnError if seed or step is negative.
        """
        if seed < 0 or step < 0:
            raise SwnError(f"found seed={seed} and step={step}, wanted 0 or more: change the seed")
        epoch, number = divmod(step, self.steps_per_epoch)
        offset, order = _epoch(seed, epoch, self.count, self.width)
        chosen = order[number * self.batch : (number + 1) * self.batch]
        starts = offset * self.shift + chosen * self.width
        size = self.width + self.prepared.frame_size
        raw = np.stack([self.split.signal.read(start, start + size) for start in starts.tolist()])
        frames = raw.reshape(len(chosen), self.frames + 1, self.prepared.frame_size)
        scaled = self.prepared.scaled(frames).astype(np.float32)
        ones = np.ones((len(chosen), self.frames), np.float32)
        given = self.split.given(*self.places(starts))
        return Batch(scaled[:, 1:], ones, scaled[:, 0], given)  # type: ignore[arg-type]  # numpy till the device

    def places(self, starts: Int[np.ndarray, " B"]) -> tuple[Int[np.ndarray, "B T"], Int[np.ndarray, "B T"]]:
        """The recording in which the middle of each frame lies, and where there, of windows from these samples on."""
        middles = self.prepared.frame_size * np.arange(1, self.frames + 1) + self.prepared.frame_size // 2
        samples = starts[:, None] + middles
        recordings = np.searchsorted(self.split.starts, samples, side="right") - 1
        return recordings, samples - self.split.starts[recordings]


def windows(
    prepared: Prepared, split: str = "train", *, frames: int = 40, batch: int = 32, shift: bool = True
) -> Windows:
    """Windows of `frames` frames over the recordings of a split, joined into one signal (Fraccaro et al. 2016).

    The frame before a window is given, not predicted. `shift=False` is the classic framing, which cuts at the same
    offsets in every epoch.
    Raises SwnError for an unknown split, and if the split does not fill one batch.
    """
    if frames < 1 or batch < 1:
        raise SwnError(f"found frames={frames} and batch={batch}, wanted 1 or more: change the configuration")
    result = Windows(prepared, prepared.split(split), frames, batch, shift)
    if not result.steps_per_epoch:
        found = f"found {result.count} windows of {frames} frames, wanted {batch} or more"
        remedy = f"take a batch of {result.count} or less, " if result.count else ""
        remedy += "take a smaller sequence_length, or prepare more recordings"
        raise SwnError(f"{prepared.path}, split {split}: {found}: {remedy}")
    return result


@lru_cache(maxsize=4)
def _epoch(seed: int, epoch: int, count: int, width: int) -> tuple[int, Int64[np.ndarray, " count"]]:
    """The offset in samples and the order of windows; from raw bits, which numpy keeps stable."""
    bits = np.random.PCG64(np.random.SeedSequence((seed, epoch))).random_raw(count + 1)
    return int(bits[0] % width), np.argsort(bits[1:], kind="stable")
