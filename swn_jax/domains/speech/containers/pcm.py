"""Other containers of uncompressed samples: NIST SPHERE, AIFF, CAF and AU."""

import struct
from pathlib import Path
from typing import BinaryIO

from swn_jax.data.reading import AGAIN
from swn_jax.domains.speech.containers.lengths import fits, wrong
from swn_jax.domains.speech.containers.remedy import ANEW
from swn_jax.domains.speech.containers.riff import chunks
from swn_jax.errors import SwnError

WIDTHS = {3: 2, 4: 3, 5: 4, 6: 4, 7: 8}  # of AU: bytes of a sample by encoding, where they are not one
CODINGS = ("pcm", "ulaw", "mu-law", "alaw")  # of SPHERE, those that the decoder knows


def sphere(path: Path, file: BinaryIO, size: int, start: int) -> None:
    """Raise SwnError for a NIST SPHERE file that is compressed or has another length than its header states."""
    file.seek(start)
    head = file.read(4096)
    begin = int(head.split(b"\n", 2)[1])
    lines = (line.split(None, 2) for line in head[:begin].decode("latin-1").split("\n")[2:])
    fields = {line[0]: line[2].strip() for line in lines if len(line) == 3}
    coding = fields.get("sample_coding", "pcm")
    if coding not in CODINGS:
        raise SwnError(f"{path}: found {coding!r} coding, wanted plain pcm: convert it with `sph2pipe -p IN OUT`")
    for field in ("sample_count", "sample_n_bytes"):
        if field not in fields:
            raise SwnError(f"{path}: found no {field} in the header, wanted one to know its length by: {ANEW}")
    wanted = int(fields["sample_count"])
    unit = int(fields["sample_n_bytes"]) * int(fields.get("channel_count", "1"))
    if unit < 1:
        raise SwnError(f"{path}: found samples of {unit} bytes, wanted 1 or more: {ANEW}")
    found = max(size - start - begin, 0) // unit
    if found != wanted:  # a SPHERE file ends with its last sample
        raise wrong(path, found, wanted)


def aiff(path: Path, file: BinaryIO, size: int, start: int) -> None:
    """Raise SwnError for an AIFF file with fewer samples than its header states, and for other IFF files."""
    file.seek(start + 8)
    kind = file.read(4)
    if kind not in (b"AIFF", b"AIFC"):
        raise SwnError(f"{path}: found an IFF file of the kind {kind!r}, wanted AIFF: {ANEW}")
    unit = 0
    for kind, at, length in chunks(path, file, size, start + 12, ">4sI"):
        if kind == b"COMM":
            channels, _, bits = struct.unpack(">HIH", file.read(8))
            unit = max(1, channels * ((bits + 7) // 8))
        if kind == b"SSND" and unit:
            return fits(path, size - at - 8, length - 8, unit)  # an offset and a block size come first
    raise SwnError(f"{path}: the AIFF file ends before its samples: {AGAIN}")


def caf(path: Path, file: BinaryIO, size: int, start: int) -> None:
    """Raise SwnError for a CAF file with fewer samples than its header states; a length of -1 is to the end."""
    at, unit = start + 8, 1
    while at + 12 <= size:
        file.seek(at)
        kind, length = struct.unpack(">4sq", file.read(12))
        if kind == b"desc":
            unit = max(1, struct.unpack(">d4sIIIII", file.read(32))[3])
        if kind == b"data":
            return None if length < 0 else fits(path, size - at - 12 - 4, length - 4, unit)  # a count comes first
        if length < 0:
            break
        at += 12 + length
    raise SwnError(f"{path}: the CAF file ends before its samples: {AGAIN}")


def au(path: Path, file: BinaryIO, size: int, start: int) -> None:
    """Raise SwnError for an AU file, of either byte order, with fewer samples than its header states."""
    file.seek(start)
    head = file.read(24)
    order = ">" if head.startswith(b".snd") else "<"
    begin, length, encoding, _, channels = struct.unpack(f"{order}IIIII", head[4:24])
    fits(path, size - start - begin, length, max(1, channels) * WIDTHS.get(encoding, 1))
