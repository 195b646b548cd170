"""Ogg pages (RFC 3533): a complete stream begins with a page marked first and ends with one marked last."""

from pathlib import Path
from typing import BinaryIO

from swn_jax.data.reading import AGAIN
from swn_jax.domains.speech.containers.remedy import ANEW
from swn_jax.errors import SwnError

FIRST, LAST = 2, 4  # bits of a page's header type
HEADER = 27  # bytes, before the table of segments


def check(path: Path, file: BinaryIO, size: int, start: int) -> None:
    """Raise SwnError for an Ogg file that is truncated, or holds several streams, of which only one would be read."""
    if start:
        raise SwnError(f"{path}: found an ID3 tag before Ogg, which the decoder does not read: {ANEW}")
    at = streams = kind = 0
    while at + HEADER <= size:
        file.seek(at)
        head = file.read(HEADER)
        if head[:4] != b"OggS":
            raise SwnError(f"{path}: found no Ogg page at byte {at}: {AGAIN}")
        kind = head[5]
        streams += bool(kind & FIRST)
        at += HEADER + head[26] + sum(file.read(head[26]))
    if at != size or not kind & LAST:
        raise SwnError(f"{path}: cut short: found no page marked as the last: {AGAIN}")
    if streams != 1:
        raise SwnError(f"{path}: found {streams} streams, wanted 1: {ANEW}")
