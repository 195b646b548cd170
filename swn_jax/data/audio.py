"""Read one sound file as 16-bit samples, or say what is wrong with it.

libsndfile reads what is left of a file that was cut short and says nothing, so the length that the header
promises is checked here against the bytes that are there.
"""

import struct
from pathlib import Path

import numpy as np
import soundfile
from jaxtyping import Float, Int16

from swn_jax.errors import SwnError

AGAIN = "copy the file again from the original"


def read(path: Path, rate: int) -> Int16[np.ndarray, " n"]:
    """The samples of one mono file (NIST SPHERE, RIFF or FLAC) of 16-bit depth at `rate` Hz.

    Float files are taken where their values are 16-bit samples divided by 32768, as some tools write them.
    Raises SwnError for a file that is cut short, empty, not audio, or of another rate, width or depth.
    """
    _check_length(path)
    try:
        with soundfile.SoundFile(path) as file:
            _check_format(path, file, rate)
            samples = file.read(dtype="int16" if file.subtype == "PCM_16" else "float64")
            promised = file.frames
    except soundfile.LibsndfileError as error:
        raise SwnError(f"{path}: not a sound file that can be read ({error.error_string}): {AGAIN}") from error
    if len(samples) != promised:
        raise SwnError(f"{path}: cut short: found {len(samples)} samples, the header promises {promised}: {AGAIN}")
    if not len(samples):
        raise SwnError(f"{path}: found no samples: {AGAIN}, or take it out of the folder")
    return samples if samples.dtype == np.int16 else _from_float(path, samples)


def _check_format(path: Path, file: soundfile.SoundFile, rate: int) -> None:
    if file.samplerate != rate:
        raise SwnError(f"{path}: found {file.samplerate} Hz, wanted {rate} Hz: convert it with `sox IN -r {rate} OUT`")
    if file.channels != 1:
        raise SwnError(f"{path}: found {file.channels} channels, wanted 1: convert it with `sox IN -c 1 OUT`")
    if file.subtype not in ("PCM_16", "FLOAT", "DOUBLE"):
        raise SwnError(f"{path}: found {file.subtype} samples, wanted PCM_16: convert it with `sox IN -b 16 OUT`")


def _from_float(path: Path, samples: Float[np.ndarray, " n"]) -> Int16[np.ndarray, " n"]:
    bad = np.flatnonzero(~np.isfinite(samples))
    if len(bad):
        raise SwnError(f"{path}: {len(bad)} samples are not finite, the first is number {bad[0]}: {AGAIN}")
    scaled = samples * 32768
    if np.any(scaled != np.rint(scaled)) or scaled.min() < -32768 or scaled.max() > 32767:
        raise SwnError(f"{path}: found float samples off the 16-bit grid: convert it with `sox IN -b 16 OUT`")
    return scaled.astype(np.int16)


def _check_length(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise SwnError(f"{path}: cannot be read ({error.strerror}): {AGAIN}") from error
    size = path.stat().st_size
    if head.startswith(b"NIST_1A"):
        start, wanted, unit = _sphere(path, head)
    elif head.startswith(b"RIFF"):
        start, wanted, unit = _riff(path, size)
    else:
        return  # FLAC carries its own lengths and sums; anything else is for libsndfile to refuse
    found = (size - start) // unit
    # A RIFF file may hold further chunks after its samples; a SPHERE file ends with the last one.
    if found < wanted or (found > wanted and head.startswith(b"NIST_1A")):
        raise SwnError(f"{path}: wrong length: found {max(found, 0)} samples, the header promises {wanted}: {AGAIN}")


def _sphere(path: Path, head: bytes) -> tuple[int, int, int]:
    """Where the samples of a SPHERE file start, how many its header promises, and the bytes of each."""
    try:
        start = int(head.split(b"\n", 2)[1])
        lines = (line.split(None, 2) for line in head[:start].decode("latin-1").split("\n")[2:])
        fields = {line[0]: line[2].strip() for line in lines if len(line) == 3}
        wanted = int(fields["sample_count"])
        unit = int(fields["sample_n_bytes"]) * int(fields.get("channel_count", "1"))
    except (ValueError, KeyError, IndexError) as error:
        raise SwnError(f"{path}: the NIST SPHERE header is damaged ({error!r}): {AGAIN}") from error
    coding = fields.get("sample_coding", "pcm")
    if coding != "pcm" or unit < 1:
        raise SwnError(f"{path}: found {coding!r} coding, wanted plain pcm: convert it with `sph2pipe -p IN OUT`")
    return start, wanted, unit


def _riff(path: Path, size: int) -> tuple[int, int, int]:
    """Where the samples of a RIFF file start, how many its header promises, and the bytes of each."""
    unit, at = 0, 12
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            kind, length = struct.unpack("<4sI", file.read(8))
            if kind == b"data" and unit:
                return at + 8, length // unit, unit
            if kind == b"fmt ":
                unit = struct.unpack("<HHIIHH", file.read(16).ljust(16, b"\0"))[4]
            at += 8 + length + length % 2  # chunks are padded to even lengths
    raise SwnError(f"{path}: the RIFF file ends before its samples: {AGAIN}")
