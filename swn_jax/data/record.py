"""What a corpus is: one frozen record, and the plan of which recordings go into which split."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from jaxtyping import Int16

SPLITS = ("train", "valid", "test")


class Recording(NamedTuple):
    """One utterance that can be read when its turn comes."""

    id: str
    speaker: str
    read: Callable[[], Int16[np.ndarray, " n"]]


class Plan(NamedTuple):
    """Which recordings a preparation writes, in the order in which they are kept."""

    splits: Mapping[str, tuple[Recording, ...]]
    notes: tuple[str, ...] = ()  # what the person who prepares ought to know

    def digests(self) -> dict[str, str]:
        """The sha256 of each split's list: its ids, one a line, in order."""
        return {
            name: hashlib.sha256("".join(f"{r.id}\n" for r in recordings).encode()).hexdigest()
            for name, recordings in self.splits.items()
        }


@dataclass(frozen=True)
class Corpus:
    """A corpus of speech: what it is, what is published about it, and how to plan its preparation."""

    name: str
    version: str  # of the prepared form: raised when the same inputs come to give other samples
    licence: str
    source: str  # where to get it
    plan: Callable[..., Plan]  # called with what `needs` and `options` name
    needs: tuple[str, ...] = ()  # of "manual_dir" and "split_file"
    options: Mapping[str, int] = field(default_factory=dict)  # further settings and their defaults
    frame: int = 200  # samples
    rate: int = 16000  # Hz
    unit: str = "utterance"  # what the reported likelihood is a mean over
    likelihood: str = "gaussian"
    splits: tuple[str, ...] = SPLITS
    published: Mapping[str, float] = field(default_factory=dict)  # model -> nats a unit, frames as here
    counts: Mapping[str, int] = field(default_factory=dict)  # split -> recordings of the whole corpus
    std: float | None = None  # of the whole training signal, in 16-bit units

    @property
    def embedded(self) -> bool:
        """Whether it can be prepared with no input: no download, no folder, no licence to sign."""
        return not self.needs

    @property
    def folder(self) -> str:
        """The name as tensorflow-datasets allows it: letters, digits and underscores."""
        return self.name.replace("/", "_")

    def command(self, data_dir: object = "DIR") -> str:
        """The command line that prepares this corpus into `data_dir`."""
        inputs = "".join(f" --{need}={'FILE' if need == 'split_file' else 'DIR'}" for need in self.needs)
        return f"python -m experiments.prepare --dataset={self.name}{inputs} --data_dir={data_dir}"
