"""Checks of the length that the container of a sound file states against the bytes that are there.

libsndfile silently reads the rest of a truncated file and only the first of several joined streams, so we walk from
header to header before decoding.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

from swn_jax.data.reading import AGAIN
from swn_jax.domains.speech.containers import mpeg, ogg, pcm, riff
from swn_jax.domains.speech.containers.lengths import damaged
from swn_jax.errors import SwnError

KINDS = "WAV, RF64, W64, AIFF, CAF, AU, NIST SPHERE, FLAC, Ogg or MP3"
MAGIC = {
    b"NIST_1A": pcm.sphere, b"RIFF": riff.riff, b"RIFX": riff.riff, b"RF64": riff.rf64, b"riff": riff.w64,
    b"FORM": pcm.aiff, b"caff": pcm.caf, b".snd": pcm.au, b"dns.": pcm.au, b"OggS": ogg.check,
}  # fmt: skip


def check(path: Path) -> int | None:
    """The samples per channel that the decoder must at least return, or None where its own count can be trusted.

    Raises SwnError for a file that cannot be read, is none of KINDS, is truncated, or holds several streams.
    """
    try:
        if path.exists() and not path.is_file():
            raise SwnError(f"{path}: cannot be read (not a file), wanted a sound file ({KINDS}): remove it")
        with path.open("rb") as file:
            return _walk(path, file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise SwnError(f"{path}: cannot be read ({error.strerror}): {AGAIN}") from error
    except (struct.error, ValueError, LookupError) as error:
        raise damaged(path, error) from error


def _walk(path: Path, file: BinaryIO, size: int) -> int | None:
    start, head = 0, file.read(12)
    while step := mpeg.tag(head):  # ID3 tags before the sound, of any kind
        start += step
        file.seek(start)
        head = file.read(12)
    for magic, walk in MAGIC.items():
        if head.startswith(magic):
            return walk(path, file, size, start)
    if mpeg.header(head[:4]):
        return mpeg.check(path, file, size, start)
    if head.startswith(b"fLaC"):
        return None  # its frames have numbers and checksums, and the decoder checks them
    raise SwnError(f"{path}: not a sound file that can be read, wanted {KINDS}: convert it with ffmpeg, or {AGAIN}")
