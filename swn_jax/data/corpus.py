"""The declaration of a corpus: its facts, and the function that finds its recordings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from swn_jax.data.domain import Domain
from swn_jax.data.index import SPLITS, SplitIndex
from swn_jax.errors import SwnError


@dataclass(frozen=True)
class Corpus:
    """A corpus: its facts, its published results, and how to find its recordings."""

    name: str
    version: str  # of the prepared data: raise it when the same inputs give different rows
    licence: str
    source: str  # where to get it
    index: Callable[..., SplitIndex]  # called with `needs`, `takes`, `options`, and `fetch` if it downloads
    domain: Domain
    needs: tuple[str, ...] = ()  # required inputs, of "manual_dir" and "split_file"
    takes: tuple[str, ...] = ()  # optional inputs, of the same two
    downloads: bool = False  # whether `index` takes `fetch(url, sha256) -> folder` for use without a manual_dir
    options: Mapping[str, int | float | str] = field(default_factory=dict)  # other settings and their defaults
    frame_size: int | None = None  # numbers per frame; None where the recordings decide
    rate: float | None = None  # rows per second (Hz); None where the recordings decide, or have no clock
    unit: str = "utterance"  # what the reported likelihood is a mean over
    segment: int | None = None  # frames of `frame_size` per unit; None: a unit is a whole recording
    splits: tuple[str, ...] = SPLITS
    published: Mapping[str, float] = field(default_factory=dict)  # model -> nats per unit, at `frame_size`
    counts: Mapping[str, int] = field(default_factory=dict)  # split -> recordings in the complete corpus
    std: float | None = None  # of the complete training signal, raw units

    @property
    def embedded(self) -> bool:
        """Whether it can be prepared without any input files."""
        return not self.needs

    @property
    def folder(self) -> str:
        """The name in the form tensorflow-datasets allows: letters, digits and underscores."""
        return self.name.replace("/", "_")

    def width(self, index: SplitIndex) -> int:
        """Numbers per frame; raises SwnError if neither the corpus nor its recordings define it."""
        width = self.frame_size or index.frame_size
        if width is None:
            raise SwnError(
                f"{self.name}: found no frame size, wanted one from the corpus or its recordings: set Corpus.frame_size"
            )
        return width

    def command(self, data_dir: object = "DIR") -> str:
        """The command line that prepares this corpus into `data_dir`."""
        inputs = "".join(f" --{need}={'FILE' if need == 'split_file' else 'DIR'}" for need in self.needs)
        return f"swn prepare --dataset={self.name}{inputs} --data_dir={data_dir}"
