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

    signal: Signal
    mean: float
    std: float
    frame: int  # samples
    frames: int  # a window
    batch: int  # windows
    shift: bool

    @property
    def width(self) -> int:
        """Samples that a window predicts."""
        return self.frame * self.frames

    @property
    def count(self) -> int:
        """Windows in an epoch, the same for every shift; each also takes the frame before it."""
        last_shift = self.width - 1 if self.shift else 0
        return max(0, (self.signal.size - self.frame - last_shift) // self.width)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch; the windows left over are others each time."""
        return self.count // self.batch

    def batch_at(self, seed: int, step: int, rows: slice = slice(None)) -> Batch:
        """The batch of `step` in standardised units: x [B, T, D], mask of ones [B, T], before [B, D].

        Each epoch takes the windows in another order and, with `shift`, cuts the signal at another offset.
        `rows` takes a part of the batch, for one of several processes.
        Raises SwnError if seed or step is negative.
        """
        if seed < 0 or step < 0:
            raise SwnError(f"found seed={seed} and step={step}, wanted numbers from 0: mend the seed")
        epoch, number = divmod(step, self.steps_per_epoch)
        offset, order = _epoch(seed, epoch, self.count, self.width)
        chosen = order[number * self.batch : (number + 1) * self.batch][rows]
        raw = np.empty((len(chosen), self.frames + 1, self.frame), np.float32)
        for row, window in zip(raw, chosen, strict=True):
            start = offset * self.shift + int(window) * self.width
            row[:] = self.signal.read(start, start + row.size).reshape(row.shape)
        scaled = (raw - np.float32(self.mean)) / np.float32(self.std)
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
    signal = Signal(prepared.split(split).__getitem__, prepared.lengths(split))
    made = Windows(signal, prepared.mean, prepared.std, prepared.corpus.frame, frames, batch, shift)
    if not made.steps_per_epoch:
        found = f"found {made.count} windows of {frames} frames, wanted {batch} or more"
        raise SwnError(f"{prepared.path}, split {split}: {found}: take a smaller batch, or prepare more recordings")
    return made


@lru_cache(maxsize=4)
def _epoch(seed: int, epoch: int, count: int, width: int) -> tuple[int, Int64[np.ndarray, " count"]]:
    """The offset in samples and the order of windows; from raw bits, which numpy promises never to change."""
    bits = np.random.PCG64(np.random.SeedSequence((seed, epoch))).random_raw(count + 1)
    return int(bits[0] % width), np.argsort(bits[1:], kind="stable")
