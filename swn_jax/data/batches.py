"""The training batches of any corpus, by its domain: windows of a joined signal, or pieces of single recordings."""

from typing import Protocol, runtime_checkable

from swn_jax.data.prepared import Prepared
from swn_jax.data.sequences import sequences
from swn_jax.data.windows import windows
from swn_jax.types import Batch


@runtime_checkable
class Batches(Protocol):
    """What training reads: global batches as a pure function of seed and step."""

    @property
    def lengths(self) -> tuple[int, ...]:
        """The T that occur: a compiled step for each."""

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch."""

    def batch_at(self, seed: int, step: int) -> Batch:
        """The global batch of `step`."""


def batches(prepared: Prepared, split: str = "train", *, frames: int, batch: int, shift: bool, stride: int) -> Batches:
    """Batches of `batch` sequences of at most `frames` frames.

    Args:
      prepared: the corpus.
      split: its name.
      frames: T at most.
      batch: B.
      shift: of joined sound: cut it at another offset in every epoch.
      stride: of ink and motion: frames from one piece of a recording to the next.
    Raises SwnError for an unknown split, and if the split does not fill one batch.
    """
    if prepared.corpus.domain.joined:
        return windows(prepared, split, frames=frames, batch=batch, shift=shift)
    return sequences(prepared, split, frames=frames, stride=stride, batch=batch)
