"""Training batches of consecutive windows: a row is a lane that walks through recordings, a pure function of step."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from swn_jax.data.crops import Crops
from swn_jax.data.prepared import Prepared
from swn_jax.data.split import Split
from swn_jax.data.text import Text
from swn_jax.errors import SwnError
from swn_jax.types import Batch


@dataclass(frozen=True)
class Lanes:
    """The windows of one split, laid end to end in the order of an epoch and dealt to the lanes in equal parts.

    A lane begins anew where a recording does, and where its part of an epoch does: that may be within a recording,
    which the lane before then leaves there. Each frame is predicted once per epoch. A batch depends on seed and step
    alone, so a run resumes exactly.
    """

    prepared: Prepared
    split: Split
    windows: Crops  # of all recordings, in stored order
    frames: int  # per window
    batch: int  # lanes
    memory: int  # frames before a window that are given
    ahead: int  # frames after a window that are given

    @property
    def lengths(self) -> tuple[int, ...]:
        """The sequence lengths in frames; one step is compiled for each."""
        return (self.frames,)

    @property
    def steps_per_epoch(self) -> int:
        """Batches per epoch; in the last one some lanes may have no window."""
        return -(-len(self.windows) // self.batch)

    @property
    def real(self) -> float:
        """The share of the frames of all batches that are real; the others pad the ends of recordings."""
        frames = (self.windows[:, 2] - self.windows[:, 1]).sum()
        return float(frames / (self.steps_per_epoch * self.batch * self.frames))

    def batch_at(self, seed: int, step: int) -> Batch:
        """The batch of `step` in standardised units, all but its carry: x [B, T, D], mask, begins [B], past, following.

        Raises SwnError if seed or step is negative.
        """
        if seed < 0 or step < 0:
            raise SwnError(f"found seed={seed} and step={step}, wanted 0 or more: change the seed")
        epoch, number = divmod(step, self.steps_per_epoch)
        order = _epoch(seed, epoch, self.windows[:, 0].tobytes())
        borders = np.arange(self.batch + 1) * len(order) // self.batch
        places = borders[:-1] + number
        there = places < borders[1:]
        chosen = np.where(there[:, None], self.windows[order[np.minimum(places, len(order) - 1)]], -1)
        begins = (chosen[:, 1] <= self.split.domain.given) | (number == 0)
        return self.assembled(chosen, begins)

    def assembled(self, chosen: Int[np.ndarray, "B 3"], begins: Any) -> Batch:
        """The batch of these windows, with rows of padding for those of recording -1."""
        first, last = self.memory, self.memory + self.frames
        known = np.zeros((len(chosen), last + self.ahead, self.split.frame_size), np.float32)
        left = np.zeros(len(chosen), np.int64)  # frames from the start of the window to the end of the recording
        for row, (number, start, _) in enumerate(chosen.tolist()):
            if number >= 0:
                low, count = max(0, start - first), self.split.counts[number]
                high = min(start + self.frames + self.ahead, count)
                at, left[row] = first + low - start, count - start
                known[row, at : at + high - low] = self.prepared.scaled(self.split.frames(number, low, high))
        mask = (np.arange(self.frames + self.ahead) < left[:, None]).astype(np.float32)
        middles = (chosen[:, 1:2] + np.arange(mask.shape[1])) * self.split.step + self.split.step // 2
        given = self.split.given(chosen[:, 0], np.where(mask > 0, middles, -1))
        return self._batch(known[:, :first], known[:, first:last], known[:, last:], mask, given)._replace(begins=begins)

    def _batch(
        self, past: Float[np.ndarray, "B M D"], x: Float[np.ndarray, "B T D"], after: Float[np.ndarray, "B A D"],
        mask: Float[np.ndarray, "B L"], given: Float[np.ndarray, "B C"] | Float[np.ndarray, "B L C"] | None,
    ) -> Batch:  # fmt: skip
        numpy: Any = Batch  # till the device
        now = later = given
        if given is not None and given.ndim == 3:  # of each frame
            now, later = given[:, : self.frames], given[:, self.frames :]
        own, beyond = mask[:, : self.frames], mask[:, self.frames :]
        following = numpy(after, beyond, x[:, -1], later) if self.ahead else None
        return numpy(x, own, past[:, -1], now, past=past, following=following)


def lanes(prepared: Prepared, split: str = "train", *, frames: int, batch: int, memory: int, ahead: int) -> Lanes:
    """Consecutive windows of `frames` frames, from the start of each recording to its end.

    Args:
      prepared: the corpus.
      split: name of the split.
      frames: T.
      batch: B, the lanes.
      memory: M, frames before a window that its density remembers, 1 or more.
      ahead: A, frames after a window that its posterior sees.
    Raises:
      SwnError: for an unknown split, fewer windows than lanes, recordings none of which is longer than a window, and
        texts, whose writing goes on from the start of a recording only.
    """
    if frames < 1 or batch < 1:
        raise SwnError(f"found frames={frames} and batch={batch}, wanted 1 or more: change the configuration")
    if isinstance(prepared.condition, Text):
        found = "found carried=True with condition=text, wanted another condition or none"
        why = "a lane begins within recordings too, where the place in the text is not known"
        raise SwnError(f"{found}, as {why}: leave --config.carried out")
    recordings = prepared.split(split)
    windows, where = consecutive(recordings, frames), f"{prepared.path}, split {split}"
    if len(windows) < batch:
        found = f"found {len(windows)} windows of {frames} frames, wanted {batch} or more, one for each lane"
        raise SwnError(f"{where}: {found}: take a batch of {len(windows)} or less, or a smaller sequence_length")
    longest = max(recordings.counts) - recordings.domain.given
    if longest <= frames:
        found = f"found recordings of {longest} frames at most, wanted one longer than a window of {frames}"
        remedy = "nothing would be carried: take a smaller sequence_length, or leave --config.carried out"
        raise SwnError(f"{where}: {found}: {remedy}")
    return Lanes(prepared, recordings, windows, frames, batch, memory, ahead)


def consecutive(split: Split, frames: int) -> Crops:
    """Windows of `frames` frames side by side, the last one of a recording shorter."""
    windows = [
        (number, start, min(start + frames, count))
        for number, count in enumerate(split.counts)
        for start in range(split.domain.given, count, frames)
    ]
    return np.array(windows, np.int64).reshape(-1, 3)


@lru_cache(maxsize=4)
def _epoch(seed: int, epoch: int, recordings: bytes) -> Int[np.ndarray, " W"]:
    """The order of windows: recordings in random order, their windows as they follow; numpy keeps raw bits stable."""
    numbers = np.frombuffer(recordings, np.int64)
    bits = np.random.PCG64(np.random.SeedSequence((seed, epoch))).random_raw(int(numbers.max()) + 1)
    return np.argsort(np.argsort(np.argsort(bits, kind="stable"), kind="stable")[numbers], kind="stable")
