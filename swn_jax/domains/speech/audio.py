"""Reading sound files as 16-bit mono samples at one rate, block by block, with checks for damage."""

import os
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr
from jaxtyping import Float, Int16

from swn_jax.data.reading import AGAIN
from swn_jax.domains.speech import containers
from swn_jax.domains.speech.containers.remedy import ANEW
from swn_jax.errors import SwnError, SwnNote

BLOCK = 2**18  # numbers decoded at a time, over all channels
RATES = (4000, 768000)  # Hz: below there is no speech, above no microphone
LOUDEST = 16.0  # times full scale; louder samples were not scaled for a sound file
CANCELLED = 0.1  # of the power that the mean of channels has which are independent of each other
PADDING = 4 * 1152  # samples of padding in an MP3, at most, which a decoder removes
UNKNOWN = 2**40  # libsndfile's count is larger if the header has none


class _Forward(soundfile.SoundFile):
    """A file read strictly forwards: the seek of soundfile after each read would skip damaged pages."""

    def seekable(self) -> bool:
        return False


class _Sound(NamedTuple):
    """An open file; `decoded(dtype)` yields its samples, [n] or [n, channels], as "int16" or "float64"."""

    rate: int
    channels: int
    subtype: str
    decoded: Callable[[str], Iterator[np.ndarray]]


def read(path: Path, rate: int) -> Int16[np.ndarray, " n"]:
    """The samples of one 16-bit mono file (NIST SPHERE, WAV, FLAC) at `rate` Hz, unchanged.

    Float files are accepted if their values are 16-bit samples divided by 32768, as some tools write them.
    Raises SwnError for a file that is truncated, empty, not audio, or of another rate, channel count or depth.
    """

    def convert(sound: _Sound) -> Iterator[np.ndarray]:
        _check_format(path, sound, rate)
        if sound.subtype == "PCM_16":
            return sound.decoded("int16")
        return (_on_grid(path, block) for block in sound.decoded("float64"))

    return np.concatenate(list(_converted(path, convert)))


def blocks(path: Path, rate: int) -> Iterator[Int16[np.ndarray, " n"]]:
    """The samples of one sound file of `containers.KINDS`, converted to 16-bit mono at `rate` Hz.

    Mono 16-bit files at `rate` pass unchanged. Others are converted in float64: mean of the channels, band-limited
    resampling (soxr, HQ), times 32768, rounded, clipped to full scale. A few megabytes are in memory at a time. Not
    detected: a header that promises fewer samples than there are, the end of a file that was written into a pipe, and
    whole frames lost at the end of an MP3 without a length header.
    Raises SwnError for a file that is truncated, empty, damaged or not a sound file, and for samples that are not
    finite or far beyond full scale. Warns with SwnNote of channels that cancel each other.
    """

    def convert(sound: _Sound) -> Iterator[np.ndarray]:
        if not RATES[0] <= sound.rate <= RATES[1]:
            found = f"found {sound.rate} Hz, wanted {RATES[0]} to {RATES[1]} Hz"
            raise SwnError(f"{path}: {found}: {AGAIN}")
        if (sound.rate, sound.channels, sound.subtype) == (rate, 1, "PCM_16"):
            return sound.decoded("int16")
        mono = _mixed(path, sound.decoded("float64"))
        return map(_rounded, mono if sound.rate == rate else _resampled(mono, sound.rate, rate))

    return _converted(path, convert)


def _converted(path: Path, convert: Callable[[_Sound], Iterator[np.ndarray]]) -> Iterator[Int16[np.ndarray, " n"]]:
    least = containers.check(path)
    empty = True
    try:
        with _Forward(os.fsencode(path)) as file:
            sound = _Sound(file.samplerate, file.channels, file.subtype, partial(_decoded, path, file, least))
            for block in convert(sound):
                if len(block):
                    empty = False
                    yield block
    except soundfile.LibsndfileError as error:
        raise SwnError(f"{path}: cannot be decoded ({error.error_string}): {ANEW}, or {AGAIN}") from error
    if empty:
        raise SwnError(f"{path}: found no samples: {AGAIN}")


def _decoded(path: Path, file: soundfile.SoundFile, least: int | None, dtype: str) -> Iterator[np.ndarray]:
    count = 0
    while len(block := file.read(max(1, BLOCK // file.channels), dtype=dtype)):
        if dtype == "float64":
            _check_sane(path, block, count)
        count += len(block)
        yield block
    if least is None and file.frames < UNKNOWN and count < file.frames:
        raise SwnError(f"{path}: cut short: found {count} samples, the header promises {file.frames}: {AGAIN}")
    if least and count < least - PADDING:
        found = f"found {least} samples but no length header, without which only {count} are read"
        raise SwnError(f"{path}: {found}: {ANEW}")


def _mixed(path: Path, blocks: Iterator[np.ndarray]) -> Iterator[Float[np.ndarray, " n"]]:
    """The mean of the channels; a note where there is little of them in it, as where one of two is turned round."""
    apart = together = channels = 0.0
    for block in blocks:
        every = block.reshape(len(block), -1)
        mono = every.mean(axis=1)
        channels, apart, together = every.shape[1], apart + np.mean(every**2) * len(every), together + mono @ mono
        yield mono
    if together * channels < CANCELLED * apart:
        found = f"the {channels:g} channels cancel each other in their mean"
        remedy = "keep one of them, as with `ffmpeg -i IN -af pan=mono|c0=c0 OUT.flac`"
        warnings.warn(f"{path}: {found}: {remedy}", SwnNote, stacklevel=2)


def _check_sane(path: Path, block: Float[np.ndarray, "..."], before: int) -> None:
    bad = np.argwhere(~(np.abs(block) <= LOUDEST))
    if len(bad):
        found = f"found {block[tuple(bad[0])]} as sample {before + bad[0][0]}"
        raise SwnError(f"{path}: {found}, wanted numbers with full scale at 1.0: scale it, or {AGAIN}")


def _check_format(path: Path, sound: _Sound, rate: int) -> None:
    if sound.rate != rate:
        raise SwnError(f"{path}: found {sound.rate} Hz, wanted {rate} Hz: convert it with `sox IN -r {rate} OUT`")
    if sound.channels != 1:
        raise SwnError(f"{path}: found {sound.channels} channels, wanted 1: convert it with `sox IN -c 1 OUT`")
    if sound.subtype not in ("PCM_16", "FLOAT", "DOUBLE"):
        raise SwnError(f"{path}: found {sound.subtype} samples, wanted PCM_16: convert it with `sox IN -b 16 OUT`")


def _on_grid(path: Path, samples: Float[np.ndarray, " n"]) -> Int16[np.ndarray, " n"]:
    rounded = _rounded(samples)
    if np.any(rounded != samples * 32768):
        raise SwnError(f"{path}: found float samples off the 16-bit grid: convert it with `sox IN -b 16 OUT`")
    return rounded


def _rounded(samples: Float[np.ndarray, " n"]) -> Int16[np.ndarray, " n"]:
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)


def _resampled(mono: Iterator[np.ndarray], have: int, want: int) -> Iterator[Float[np.ndarray, " n"]]:
    stream = soxr.ResampleStream(have, want, 1, dtype="float64", quality="HQ")
    for block in mono:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.empty(0), last=True)
