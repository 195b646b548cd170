"""What a sound file's container says of its length, checked against the bytes that are there.

libsndfile reads what is left of a file that was cut short, and the first of several that were joined, and says
nothing; so files are walked from header to header before they are decoded.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

from swn_jax.domains.speech.containers import mpeg, ogg, pcm
from swn_jax.domains.speech.containers.again import AGAIN
from swn_jax.errors import SwnError

KINDS = "WAV, AIFF, NIST SPHERE, FLAC, Ogg or MP3"
MAGIC = {b"NIST_1A": pcm.sphere, b"RIFF": pcm.riff, b"FORM": pcm.aiff, b"OggS": ogg.check}


def check(path: Path) -> int | None:
    """How many samples a channel the decoder must give at least, or None where its own count can be trusted.

    Raises SwnError for a file that cannot be read, is of none of KINDS, cut short, or several files in one.
    """
    try:
        if path.exists() and not path.is_file():
            raise SwnError(f"{path}: cannot be read (not a file): take it out, or name a sound file ({KINDS})")
        with path.open("rb") as file:
            return _walk(path, file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise SwnError(f"{path}: cannot be read ({error.strerror}): {AGAIN}") from error
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise SwnError(f"{path}: the header is damaged ({error!r}): {AGAIN}") from error


def _walk(path: Path, file: BinaryIO, size: int) -> int | None:
    head = file.read(12)
    start = mpeg.tag(head)
    if start:  # an ID3 tag, in front of FLAC or MP3
        file.seek(start)
        head = file.read(12)
    for magic, walk in MAGIC.items():
        if head.startswith(magic):
            walk(path, file, size)
            return None
    if mpeg.header(head[:4]):
        return mpeg.check(path, file, size, start)
    if head.startswith(b"fLaC"):
        return None  # its frames are numbered and summed, and the decoder counts them
    raise SwnError(f"{path}: not a sound file that can be read, wanted {KINDS}: {AGAIN}, or convert it with ffmpeg")
