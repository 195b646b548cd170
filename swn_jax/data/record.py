"""What a corpus is: one frozen record, the domain it belongs to, and the plan of which recordings make its splits."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from swn_jax.errors import SwnError

SPLITS = ("train", "valid", "test")

Rows = np.ndarray  # raw rows of a recording: samples [n], points [n, 3], poses [n, D]; see its domain
Scaling = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # mean, std [W] -> shift, scale [W]


class Recording(NamedTuple):
    """One utterance, line or take that can be read when its turn comes."""

    id: str  # unique in the corpus
    speaker: str  # who spoke, wrote or moved
    read: Callable[[], Iterable[Rows]]  # its rows in blocks, so that hours of sound need little memory
    file: Path | None = None  # that it alone is read from; None for a part of a shared one


def broken(id: str, file: Path | None, error: SwnError) -> Recording:
    """Stands for recordings that could not even be counted; reading it raises `error`, or skips it where asked."""

    def read() -> Iterable[Rows]:
        raise error

    return Recording(id, "", read, file)


class Plan(NamedTuple):
    """Which recordings a preparation writes, in the order in which they are kept."""

    splits: Mapping[str, tuple[Recording, ...]]
    notes: tuple[str, ...] = ()  # what the person who prepares ought to know
    frame: int | None = None  # numbers in a frame, where the recordings decide
    rate: float | None = None  # rows a second, where the recordings decide
    extra: Mapping[str, Any] = {}  # what drawing and export need, as JSON

    def width(self, corpus: "Corpus") -> int:
        """D, the numbers in a frame; raises SwnError where neither the corpus nor its recordings tell it."""
        width = corpus.frame or self.frame
        if width is None:
            raise SwnError(f"{corpus.name}: its recordings do not tell the width of a frame: take others")
        return width

    def digests(self) -> dict[str, str]:
        """The sha256 of each split's list: its ids, one a line, in order."""
        return {
            name: hashlib.sha256("".join(f"{r.id}\n" for r in recordings).encode()).hexdigest()
            for name, recordings in self.splits.items()
        }


@dataclass(frozen=True)
class Domain:
    """What sound, ink and motion do differently between the rows on disk and the frames of a model."""

    name: str
    dtype: type  # of a stored row's numbers
    shape: tuple[int | None, ...]  # of a stored row; None stands for the frame width
    frames: Callable[[Rows, int], np.ndarray]  # rows, D -> frames [T, D], float64, not scaled
    rows: Callable[[np.ndarray], Rows]  # frames, not scaled -> rows: the inverse, for ears and eyes
    overlap: int  # rows that each frame shares with the next one: 1 where frames are differences of rows
    given: int  # frames at the start of a recording that condition and are not scored
    joined: bool  # whether training windows run across the borders of recordings
    scalings: Mapping[str, Scaling]  # by name, the first is the published one
    draw: Callable[..., None]  # path, rows by name, rate, extra of the plan


@dataclass(frozen=True)
class Corpus:
    """A corpus: what it is, what is published about it, and how to plan its preparation."""

    name: str
    version: str  # of the prepared form: raised when the same inputs come to give other rows
    licence: str
    source: str  # where to get it
    plan: Callable[..., Plan]  # called with what `needs`, `takes` and `options` name, and `fetch` if it downloads
    domain: Domain
    needs: tuple[str, ...] = ()  # of "manual_dir" and "split_file"
    takes: tuple[str, ...] = ()  # of the same, as the user likes
    downloads: bool = False  # whether `plan` takes `fetch(url, sha256) -> folder` for use without a manual_dir
    options: Mapping[str, int | float | str] = field(default_factory=dict)  # further settings and their defaults
    frame: int | None = None  # numbers in a frame; None where the recordings decide
    rate: float | None = None  # rows a second (Hz); None where the recordings decide, or have no clock
    unit: str = "utterance"  # what the reported likelihood is a mean over
    segment: int | None = None  # frames of a unit, as `frame` has them; None where it is the whole recording
    likelihood: str = "gaussian"
    splits: tuple[str, ...] = SPLITS
    published: Mapping[str, float] = field(default_factory=dict)  # model -> nats a unit, frames as here
    counts: Mapping[str, int] = field(default_factory=dict)  # split -> recordings of the whole corpus
    std: float | None = None  # of the whole training signal, raw units

    @property
    def embedded(self) -> bool:
        """Whether it can be prepared with no input: no folder, no licence to sign."""
        return not self.needs

    @property
    def folder(self) -> str:
        """The name as tensorflow-datasets allows it: letters, digits and underscores."""
        return self.name.replace("/", "_")

    def command(self, data_dir: object = "DIR") -> str:
        """The command line that prepares this corpus into `data_dir`."""
        inputs = "".join(f" --{need}={'FILE' if need == 'split_file' else 'DIR'}" for need in self.needs)
        return f"python -m experiments.prepare --dataset={self.name}{inputs} --data_dir={data_dir}"
