"""Containers of uncompressed samples: the length in the header must fit the size of the file."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from swn_jax.data.reading import AGAIN
from swn_jax.errors import SwnError


def sphere(path: Path, file: BinaryIO, size: int) -> None:
    """Raise SwnError for a NIST SPHERE file that is compressed or has another length than its header states."""
    file.seek(0)
    head = file.read(4096)
    start = int(head.split(b"\n", 2)[1])
    lines = (line.split(None, 2) for line in head[:start].decode("latin-1").split("\n")[2:])
    fields = {line[0]: line[2].strip() for line in lines if len(line) == 3}
    wanted = int(fields["sample_count"])
    unit = int(fields["sample_n_bytes"]) * int(fields.get("channel_count", "1"))
    coding = fields.get("sample_coding", "pcm")
    if coding != "pcm" or unit < 1:
        raise SwnError(f"{path}: found {coding!r} coding, wanted plain pcm: convert it with `sph2pipe -p IN OUT`")
    found = max(size - start, 0) // unit
    if found != wanted:  # a SPHERE file ends with its last sample
        raise _wrong(path, found, wanted)


def riff(path: Path, file: BinaryIO, size: int) -> None:
    """Raise SwnError for a RIFF (WAV) file with fewer samples than its header states."""
    unit = 0
    for kind, at, length in _chunks(path, file, size, "<4sI"):
        if kind == b"fmt ":
            unit = struct.unpack("<HHIIHH", file.read(16))[4]
        if kind == b"data" and unit:
            return _fits(path, size - at, length, unit)
    raise SwnError(f"{path}: the RIFF file ends before its samples: {AGAIN}")


def aiff(path: Path, file: BinaryIO, size: int) -> None:
    """Raise SwnError for an AIFF file with fewer samples than its header states."""
    unit = 0
    for kind, at, length in _chunks(path, file, size, ">4sI"):
        if kind == b"COMM":
            channels, _, bits = struct.unpack(">HIH", file.read(8))
            unit = channels * ((bits + 7) // 8)
        if kind == b"SSND" and unit:
            return _fits(path, size - at - 8, length - 8, unit)  # an offset and a block size come first
    raise SwnError(f"{path}: the AIFF file ends before its samples: {AGAIN}")


def _chunks(path: Path, file: BinaryIO, size: int, form: str) -> Iterator[tuple[bytes, int, int]]:
    """Kind, offset and length of each chunk; the file is positioned at that offset."""
    at = 12
    while at + 8 <= size:
        file.seek(at)
        kind, length = struct.unpack(form, file.read(8))
        if not all(32 <= letter < 127 for letter in kind):
            raise SwnError(f"{path}: the header is damaged (found no chunk at byte {at}): {AGAIN}")
        yield kind, at + 8, length
        at += 8 + length + length % 2  # chunks are padded to even lengths


def _fits(path: Path, found: int, wanted: int, unit: int) -> None:
    if found < wanted:
        raise _wrong(path, found // unit, wanted // unit)


def _wrong(path: Path, found: int, wanted: int) -> SwnError:
    return SwnError(f"{path}: wrong length: found {found} samples, the header promises {wanted}: {AGAIN}")
