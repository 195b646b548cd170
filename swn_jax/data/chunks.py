"""The rows of a recording as they are stored: in chunks of one length, checked."""

from collections.abc import Iterable, Iterator

import numpy as np

from swn_jax.data.domain import Domain, Rows
from swn_jax.data.index import Recording
from swn_jax.errors import SwnError

CHUNK = 2**15  # rows per record: a window of an hour-long recording reads one or two records


def chunks(recording: Recording, domain: Domain, frame: int) -> Iterator[Rows]:
    """The rows in chunks of CHUNK; raises SwnError for rows that are not finite or too few for `frame` numbers each."""
    length = 0
    for chunk in _regrouped(recording.read()):
        if np.issubdtype(chunk.dtype, np.floating) and not np.isfinite(chunk).all():
            at = length + int(np.argmin(np.isfinite(chunk).reshape(len(chunk), -1).all(1)))
            raise SwnError(f"{recording.id}: found a number in row {at} that is not finite: mend or remove it")
        length += len(chunk)
        yield chunk
    least = (domain.given + 1) * (frame if domain.shape == () else 1) + domain.overlap
    if length < least:
        found = f"found {length} {'samples' if domain.shape == () else 'rows'}, wanted at least {least}"
        raise SwnError(f"{recording.id}: too short: {found}: remove it from the folder or the list")


def _regrouped(blocks: Iterable[Rows]) -> Iterator[Rows]:
    """The rows of the blocks in chunks of CHUNK, the last one shorter."""
    held: list[Rows] = []
    for block in blocks:
        while len(block):
            room = CHUNK - sum(map(len, held))
            held.append(block[:room])
            block = block[room:]
            if sum(map(len, held)) == CHUNK:
                yield np.concatenate(held)
                held = []
    if held:
        yield np.concatenate(held)
