"""Leaving out the recordings that cannot be used, before the others are divided and written."""

import hashlib

from swn_jax.data.chunks import chunks
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.reading import without_skipping
from swn_jax.data.store import Progress
from swn_jax.errors import SwnError


def screened(corpus: Corpus, index: SplitIndex, progress: Progress | None = None) -> tuple[SplitIndex, dict[str, str]]:
    """Read every recording once; the index of those that can be used, and by id why the others were left out.

    A recording with the content of an earlier one is left out too, unless a list has both in one split.
    Raises SwnError if too few are left.
    """
    every = [(split, recording) for split, found in index.splits.items() for recording in found]
    seen: dict[bytes, tuple[str, str]] = {}  # content -> split and id that had it first
    skipped: dict[str, str] = {}
    for done, (split, recording) in enumerate(every, start=1):
        try:
            other, twin = seen.setdefault(_content(corpus, index, recording), (split, recording.id))
            if twin != recording.id and (index.divide or other != split):
                raise SwnError(f"{recording.id} has the content of {twin}")
        except SwnError as error:
            skipped[recording.id] = without_skipping(error)
        if progress:
            progress(done, len(every))
    if not skipped:
        return index, skipped
    first = next(iter(skipped.values()))
    why = f"{len(skipped)} of {len(every)} recordings were left out: mend them, the first is {first}"
    try:
        left = index.without(skipped)
    except SwnError as error:
        raise SwnError(f"{error}; {why}") from error
    for split, found in left.splits.items():
        if not found:
            raise SwnError(f"{corpus.name}: found no recording for {split}, wanted one or more; {why}")
    return left, skipped


def _content(corpus: Corpus, index: SplitIndex, recording: Recording) -> bytes:
    content = hashlib.sha256()
    for chunk in chunks(recording, corpus.domain, corpus.width(index)):
        content.update(chunk.tobytes())
    return content.digest()
