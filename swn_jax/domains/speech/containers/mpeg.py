"""MPEG audio, layer III (ISO 11172-3, 13818-3): consecutive frames, each with a header of four bytes.

Without a length header (Xing, Info) the decoder guesses the length from the file size and the first frame, and stops
there: of a file whose frames differ in size it would silently read a part.
"""

import struct
from pathlib import Path
from typing import BinaryIO, NamedTuple

from swn_jax.data.reading import AGAIN
from swn_jax.domains.speech.containers.remedy import ANEW
from swn_jax.errors import SwnError

RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # Hz, by version bits
KBITS = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # version 1
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


class Frame(NamedTuple):
    """The content of a frame header."""

    kind: tuple[int, int]  # version bits and rate: constant within a file
    length: int  # bytes
    samples: int  # per channel
    info: int  # byte offset of the Xing or Info header in the first frame


def header(four: bytes) -> Frame | None:
    """The frame that begins with these four bytes, or None if they are no layer III header."""
    if len(four) < 4 or four[0] != 255 or four[1] >> 5 != 7 or four[1] >> 1 & 3 != 1:
        return None
    version, bits, rate = four[1] >> 3 & 3, four[2] >> 4, four[2] >> 2 & 3
    if version not in RATES or bits in (0, 15) or rate == 3:
        return None
    first, mono = version == 3, four[3] >> 6 == 3
    samples, hz = (1152 if first else 576), RATES[version][rate]
    length = samples // 8 * 1000 * KBITS[first][bits - 1] // hz + (four[2] >> 1 & 1)
    return Frame((version, rate), length, samples, 4 + ((17 if mono else 32) if first else (9 if mono else 17)))


def tag(head: bytes) -> int:
    """The length in bytes of the tag (ID3v2, ID3v1, APE) that begins with `head` (12 bytes or more), 0 for none."""
    if head[:3] == b"ID3" and len(head) >= 10:
        return 10 + sum((byte & 127) << 7 * i for i, byte in enumerate(head[9:5:-1]))
    if head[:3] == b"TAG":
        return 128
    if head[:8] == b"APETAGEX" and len(head) >= 16:
        return 32 + struct.unpack("<I", head[12:16])[0]
    return 0


def check(path: Path, file: BinaryIO, size: int, start: int) -> int | None:
    """The samples per channel of an MP3 file without a length header, None if it has a correct one.

    Raises SwnError for a file that ends within a frame, is damaged, or has another length than its header states.
    """
    frames, first = _frames(path, file, size, start)
    file.seek(start)
    info = file.read(first.length)[first.info :]
    if info[:4] not in (b"Xing", b"Info") or len(info) < 12 or not info[7] & 1:
        return frames * first.samples
    promised = struct.unpack(">I", info[8:12])[0]
    if abs(frames - 1 - promised) > 1:  # some encoders count the frame of the header itself
        raise SwnError(f"{path}: wrong length: found {frames - 1} frames, the header promises {promised}: {ANEW}")
    return None


def _frames(path: Path, file: BinaryIO, size: int, at: int) -> tuple[int, Frame]:
    frames, first = 0, None
    while at < size:
        file.seek(at)
        head = file.read(32)
        frame = header(head[:4])
        if frame and frame.kind == (first or frame).kind:
            first, frames, at = first or frame, frames + 1, at + frame.length
        elif head.strip(b"\0"):
            step = tag(head)
            if not step:
                raise SwnError(f"{path}: found no MPEG frame at byte {at}: {AGAIN}, or {ANEW}")
            at += step
        else:
            at += len(head)  # padding
    if first is None or at > size:
        raise SwnError(f"{path}: cut short: the last frame ends at byte {at}, the file at {size}: {AGAIN}")
    return frames, first
