"""Speech as files: lossless sound, and a picture of it below the ground truth."""

import wave
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from jaxtyping import Int16

from swn_jax.data.domain import known_rate
from swn_jax.data.written import WrittenFiles
from swn_jax.domains.speech.audio_plots import draw_rows, write_wav
from swn_jax.errors import SwnError, unknown

FULL = 32768.0  # full scale, 16-bit units
Rows = Int16[np.ndarray, " _"]


def write(
    folder: Path,
    name: str,
    rows: Int16[np.ndarray, " n"],
    rate: float | None,
    extra: Mapping[str, Any],
    *,
    real: Int16[np.ndarray, " m"] | None = None,
    clipped: int = 0,
) -> WrittenFiles:
    """Write 16-bit mono NAME.wav and NAME.flac, and NAME.png; levels are in dB re 32768: a full sine has -3.0 dBFS.

    Args:
      folder: an existing folder.
      name: of the files, without suffix.
      rows: samples.
      rate: Hz.
      extra: of the corpus, not used.
      real: the ground truth, drawn above on the same axes.
      clipped: the count of numbers that did not fit into 16 bits.
    Raises:
      SwnError: for no samples or no rate.
    """
    if not len(rows) or (real is not None and not len(real)):
        raise SwnError(f"{name}: found no samples, wanted one or more: ask for more frames")
    rate = known_rate("speech", rate)
    sound, lossless, picture = (folder / f"{name}{end}" for end in (".wav", ".flac", ".png"))
    write_wav(sound, rows, rate)
    soundfile.write(str(lossless), rows, round(rate), subtype="PCM_16")
    draw_rows(picture, ({} if real is None else {"ground truth": real}) | {name: rows}, rate, extra)
    size = np.abs(rows.astype(np.float64))
    facts: dict[str, float | int | str] = {
        "seconds": round(len(rows) / rate, 3),
        "level dBFS": _decibels(np.sqrt(np.mean(size**2))),
        "peak dBFS": _decibels(size.max()),
        "numbers clipped": clipped,
    }
    return WrittenFiles((sound, picture), (lossless,), facts)


def _decibels(size: np.floating) -> float | str:
    return round(float(20 * np.log10(size / FULL)), 1) if size else "silence"


def open_stream(path: Path, rate: float) -> AbstractContextManager[Callable[[Rows], None]]:
    """Write a 16-bit mono file block by block: `with open_stream(path, rate) as put: put(rows); put(rows)`.

    If the process is killed, a WAV file is complete; a FLAC file lacks at most the last 8192 samples and its header has
    no length, which players and `audio.blocks` accept.
    Args:
      path: WAV (up to 4 GiB: 37 hours at 16 kHz) or FLAC, by its suffix.
      rate: Hz.
    Raises:
      SwnError: for another suffix.
    """
    forms = {".wav": _wav, ".flac": _flac}
    if path.suffix not in forms:
        raise unknown("suffix of a sound", path.suffix, forms)
    return forms[path.suffix](path, round(rate))


@contextmanager
def _wav(path: Path, rate: int) -> Iterator[Callable[[Rows], None]]:
    # the standard library updates the length in the header with each block, libsndfile only at the end
    with path.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)

        def put(rows: Rows) -> None:
            sound.writeframes(rows.tobytes())
            file.flush()

        yield put


@contextmanager
def _flac(path: Path, rate: int) -> Iterator[Callable[[Rows], None]]:
    with soundfile.SoundFile(str(path), "w", rate, channels=1, subtype="PCM_16") as sound:
        yield sound.write
