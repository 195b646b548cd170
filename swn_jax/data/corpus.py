"""What a corpus is: one frozen record, with the function that finds its recordings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from swn_jax.data.domain import Domain
from swn_jax.data.index import SPLITS, SplitIndex
from swn_jax.errors import SwnError


@dataclass(frozen=True)
class Corpus:
    """A corpus: what it is, what is published about it, and how to find its recordings."""

    name: str
    version: str  # of the prepared form: raised when the same inputs come to give other rows
    licence: str
    source: str  # where to get it
    index: Callable[..., SplitIndex]  # takes what `needs`, `takes` and `options` name, and `fetch` if it downloads
    domain: Domain
    needs: tuple[str, ...] = ()  # of "manual_dir" and "split_file"
    takes: tuple[str, ...] = ()  # of the same, optional
    downloads: bool = False  # whether `index` takes `fetch(url, sha256) -> folder` for use without a manual_dir
    options: Mapping[str, int | float | str] = field(default_factory=dict)  # further settings and their defaults
    frame_size: int | None = None  # numbers in a frame; None where the recordings decide
    rate: float | None = None  # rows per second (Hz); None where the recordings decide, or have no clock
    unit: str = "utterance"  # what the reported likelihood is a mean over
    segment: int | None = None  # frames in a unit, frames as `frame_size` has them; None for the whole recording
    splits: tuple[str, ...] = SPLITS
    published: Mapping[str, float] = field(default_factory=dict)  # model -> nats per unit, in frames of `frame_size`
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

    def width(self, index: SplitIndex) -> int:
        """The numbers in a frame; raises SwnError where neither the corpus nor its recordings tell it."""
        width = self.frame_size or index.frame_size
        if width is None:
            raise SwnError(f"{self.name}: its recordings do not tell the width of a frame: take others")
        return width

    def command(self, data_dir: object = "DIR") -> str:
        """The command line that prepares this corpus into `data_dir`."""
        inputs = "".join(f" --{need}={'FILE' if need == 'split_file' else 'DIR'}" for need in self.needs)
        return f"swn prepare --dataset={self.name}{inputs} --data_dir={data_dir}"
