"""RIFF (WAV) and its larger relatives RF64 and W64: chunks of a kind, a length and content."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from swn_jax.data.reading import AGAIN
from swn_jax.domains.speech.containers import mpeg
from swn_jax.domains.speech.containers.lengths import damaged, fits
from swn_jax.errors import SwnError

LAYER_III = 0x55  # the tag of MP3 in a WAV
Chunk = tuple[bytes, int, int]  # kind, offset and length of the content


def riff(path: Path, file: BinaryIO, size: int, start: int) -> int | None:
    """Raise SwnError for a WAV file, of either byte order, with fewer samples than its header states.

    Returns what `mpeg.check` does for MP3 in a WAV, and None for others.
    """
    file.seek(start)
    order = ">" if file.read(4) == b"RIFX" else "<"
    return _samples(path, file, size, chunks(path, file, size, start + 12, f"{order}4sI"), order)


def rf64(path: Path, file: BinaryIO, size: int, start: int) -> int | None:
    """The same for RF64, whose chunk ds64 holds the length that does not fit into 32 bits."""

    def long() -> Iterator[Chunk]:
        length = 0
        for kind, at, stated in chunks(path, file, size, start + 12, "<4sI"):
            if kind == b"ds64":
                length = struct.unpack("<QQ", file.read(16))[1]
            yield kind, at, length if kind == b"data" and stated == 0xFFFFFFFF else stated

    return _samples(path, file, size, long(), "<")


def w64(path: Path, file: BinaryIO, size: int, start: int) -> int | None:
    """The same for Sony's W64: kinds have 16 bytes, lengths count from their start, and content is padded to 8."""

    def guids() -> Iterator[Chunk]:
        at = start + 40
        while at + 24 <= size:
            file.seek(at)
            kind, length = struct.unpack("<16sQ", file.read(24))
            yield kind[:4], at + 24, max(length - 24, 0)
            at += max(24, -(-length // 8) * 8)

    return _samples(path, file, size, guids(), "<")


def _samples(path: Path, file: BinaryIO, size: int, found: Iterator[Chunk], order: str) -> int | None:
    unit = tag = 0
    for kind, at, length in found:
        if kind == b"fmt ":
            tag, _, _, _, unit, _ = struct.unpack(f"{order}HHIIHH", file.read(16))
            unit = max(1, unit)  # a compressed format may have none
        if kind == b"data" and unit:
            fits(path, size - at, length, unit)
            return mpeg.check(path, file, min(size, at + length), at) if tag == LAYER_III else None
    raise SwnError(f"{path}: the RIFF file ends before its samples: {AGAIN}")


def chunks(path: Path, file: BinaryIO, size: int, at: int, form: str) -> Iterator[Chunk]:
    """The chunks from `at` on, the file positioned at their content; raises SwnError for a kind not of letters."""
    while at + 8 <= size:
        file.seek(at)
        kind, length = struct.unpack(form, file.read(8))
        if not all(32 <= letter < 127 for letter in kind):
            raise damaged(path, f"found no chunk at byte {at}")
        yield kind, at + 8, length
        at += 8 + length + length % 2  # chunks are padded to even lengths
