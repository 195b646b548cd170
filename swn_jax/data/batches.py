"""Training batches of any corpus: windows of the joined signal, or crops of single recordings, as the domain says."""

from typing import Protocol, runtime_checkable

from swn_jax.data.prepared import Prepared
from swn_jax.data.sequences import sequences
from swn_jax.data.windows import windows
from swn_jax.types import Batch


@runtime_checkable
class Batches(Protocol):
    """Global training batches as a pure function of seed and step."""

    @property
    def lengths(self) -> tuple[int, ...]:
        """The sequence lengths T that occur; one step is compiled for each."""

    @property
    def steps_per_epoch(self) -> int:
        """Batches per epoch."""

    def batch_at(self, seed: int, step: int) -> Batch:
        """The global batch at `step`."""


def batches(prepared: Prepared, split: str = "train", *, frames: int, batch: int, shift: bool, stride: int) -> Batches:
    """Batches of `batch` sequences of at most `frames` frames.

    Args:
      prepared: the corpus.
      split: name of the split.
      frames: T, at most.
      batch: B.
      shift: for joined signals: cut at a different offset in every epoch.
      stride: for single recordings: frames from the start of one crop to the next.
    Raises SwnError for an unknown split, and if the split does not fill one batch.
    """
    if prepared.corpus.domain.joined:
        return windows(prepared, split, frames=frames, batch=batch, shift=shift)
    return sequences(prepared, split, frames=frames, stride=stride, batch=batch)
