"""Training batches: windows of the joined signal of a split, as a pure function of seed and step."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Int64

from swn_jax.data.prepared import Prepared
from swn_jax.data.signal import Signal
from swn_jax.errors import SwnError
from swn_jax.types import Batch


@dataclass(frozen=True)
class Windows:
    """The windows of one split. What a batch holds depends on seed and step alone, so a run resumes exactly."""

    prepared: Prepared
    signal: Signal
    frames: int  # a window
    batch: int  # windows
    shift: bool

    @property
    def width(self) -> int:
        """Samples that a window predicts."""
        return self.prepared.frame_size * self.frames

    @property
    def count(self) -> int:
        """Windows in an epoch, the same for every shift; each also takes the frame before it."""
        last_shift = self.width - 1 if self.shift else 0
        return max(0, (self.signal.size - self.prepared.frame_size - last_shift) // self.width)

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths that occur, in frames: a compiled step for each."""
        return (self.frames,)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch; the windows left over are others each time."""
        return self.count // self.batch

    def batch_at(self, seed: int, step: int) -> Batch:
        """The batch of `step` in standardised units: x [B, T, D], mask of ones [B, T], before [B, D].

        Each epoch takes the windows in another order and, with `shift`, cuts the signal at another offset.
        Raises SwnError if seed or step is negative.
        """
        if seed < 0 or step < 0:
            raise SwnError(f"found seed={seed} and step={step}, wanted numbers from 0: mend the seed")
        epoch, number = divmod(step, self.steps_per_epoch)
        offset, order = _epoch(seed, epoch, self.count, self.width)
        chosen = order[number * self.batch : (number + 1) * self.batch]
        starts = offset * self.shift + chosen * self.width
        size = self.width + self.prepared.frame_size
        raw = np.stack([self.signal.read(start, start + size) for start in starts.tolist()])
        frames = raw.reshape(len(chosen), self.frames + 1, self.prepared.frame_size)
        scaled = self.prepared.scaled(frames).astype(np.float32)
        ones = np.ones((len(chosen), self.frames), np.float32)
        return Batch(x=scaled[:, 1:], mask=ones, before=scaled[:, 0])  # type: ignore[arg-type]  # numpy till the device


def windows(
    prepared: Prepared, split: str = "train", *, frames: int = 40, batch: int = 32, shift: bool = True
) -> Windows:
    """Windows of `frames` frames over a split's recordings in order, joined to one signal (Fraccaro et al. 2016).

    The frame before a window is given, not predicted. `batch` windows make a batch; `shift=False` is the
    classic framing, which cuts at the same places in every epoch.
    Raises SwnError for an unknown split, and if the split does not fill one batch.
    """
    if frames < 1 or batch < 1:
        raise SwnError(f"found frames={frames} and batch={batch}, wanted numbers from 1: mend the configuration")
    made = Windows(prepared, prepared.split(split).signal, frames, batch, shift)
    if not made.steps_per_epoch:
        found = f"found {made.count} windows of {frames} frames, wanted {batch} or more"
        raise SwnError(f"{prepared.path}, split {split}: {found}: take a smaller batch, or prepare more recordings")
    return made


@lru_cache(maxsize=4)
def _epoch(seed: int, epoch: int, count: int, width: int) -> tuple[int, Int64[np.ndarray, " count"]]:
    """The offset in samples and the order of windows; from raw bits, which numpy promises never to change."""
    bits = np.random.PCG64(np.random.SeedSequence((seed, epoch))).random_raw(count + 1)
    return int(bits[0] % width), np.argsort(bits[1:], kind="stable")
