"""How many of the letters that a run has written can be read, by a reader that knows neither the text nor the run."""

from collections.abc import Sequence
from typing import NamedTuple

from swn_jax.corpora import synthetic_ink
from swn_jax.data.domain import Rows
from swn_jax.domains.ink.synthetic.reader import learned, legible, read

REAL = 40  # lines of the corpus, at most, that are read beside
CORPUS = synthetic_ink.CORPUS.name  # whose letters the reader knows


class Legibility(NamedTuple):
    """Shares of letters that are read as what they were to be, means over lines."""

    written: float
    real: float  # of lines of the corpus
    letters: int  # that were to be written
    lines: tuple[str, ...]  # as read


def legibility(texts: Sequence[str], rows: Sequence[Rows], known: Sequence[str], real: Sequence[Rows]) -> Legibility:
    """Read what was written, and real lines of the same corpus beside it.

    Args:
      texts: what was to be written, one or more.
      rows: points (pen, x, y) of what was.
      known: the texts of real lines.
      real: their points.
    """
    reader = learned()

    def all_read(texts: Sequence[str], rows: Sequence[Rows]) -> tuple[float, tuple[str, ...]]:
        wanted = [text.replace(" ", "") for text in texts]
        lines = tuple(read(reader, line, len(text)) for text, line in zip(wanted, rows, strict=True))
        return sum(map(legible, wanted, lines)) / len(lines), lines

    share, lines = all_read(texts, rows)
    return Legibility(share, all_read(known, real)[0], sum(len(text.replace(" ", "")) for text in texts), lines)
