"""The code length of FLAC, the lossless code that sound is kept in."""

import io

import numpy as np
import soundfile
from jaxtyping import Int16

LEVEL = 1.0  # libsndfile's strongest, which is level 8 of the reference encoder


def bits(samples: Int16[np.ndarray, " n"], rate: float) -> int:
    """The bits of 16-bit mono sound in FLAC at level 8, its frames alone without the header of the file.

    Args:
      samples: of one recording.
      rate: Hz, which changes the length by no more than a few bits.
    """
    file = io.BytesIO()
    soundfile.write(file, samples, round(rate), format="FLAC", subtype="PCM_16", compression_level=LEVEL)
    return 8 * (len(file.getvalue()) - _header(file.getvalue()))


def _header(content: bytes) -> int:
    """The bytes before the first frame: blocks of a flag, whether it is the last, a length and that many bytes."""
    at, last = 4, False
    while not last:
        last, size = bool(content[at] & 0x80), int.from_bytes(content[at + 1 : at + 4], "big")
        at += 4 + size
    return at
