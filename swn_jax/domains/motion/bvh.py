"""BVH (Biovision) files: a skeleton as text, then one line of channel values per frame."""

import codecs
import re
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.data.reading import AGAIN, read_bytes
from swn_jax.domains.motion import hierarchy
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError

FRAME_TIME = r"frame\s+time\s*:\s*([\d.]+(?:e[+-]?\d+)?)"
SAVE = "save it as UTF-8 in an editor, or leave it out with --skip_bad"


class Clip(NamedTuple):
    """One recording: angles in degrees, lengths in the unit of the file."""

    skeleton: Skeleton
    motion: Float[np.ndarray, "T C"]
    seconds: float  # per frame


def read(path: Path) -> Clip:
    """The recording in a file; raises SwnError as `parse` does, and if the file cannot be read."""
    return parse(read_bytes(path), str(path))


def parse(data: bytes, name: str) -> Clip:
    """The recording in the bytes of a BVH file: any skeleton, UTF-8 or marked UTF-16, any line ends and blank lines.

    Raises SwnError, with `name` and the line, for content that is not text, another order of lines, a wrong count, or
    a value that is not a finite number within +-1e6.
    """
    lines = _lines(data, name)
    start = next((i for i, line in enumerate(lines) if line.upper() == "MOTION"), None)
    if start is None:
        raise SwnError(f"{name}: found no line MOTION in {len(lines)} lines, wanted BVH: {AGAIN}")
    skeleton = hierarchy.parse(enumerate(lines[:start], start=1), partial(_fault, name))
    rest = [(i, lines[i - 1]) for i in range(start + 2, len(lines) + 1) if lines[i - 1]]
    frames = int(_value(name, rest[0:1], "Frames: a count of 1 or more", r"frames\s*:\s*(0*[1-9]\d{0,8})"))
    seconds = _value(name, rest[1:2], "Frame Time: seconds", FRAME_TIME)
    return Clip(skeleton, _motion(name, rest[2:], frames, skeleton.width), seconds)


def skeleton(data: bytes, name: str) -> Skeleton:
    """The skeleton in the bytes of a BVH file, without its motion; raises SwnError as `parse` does."""
    end = re.search(rb"^[ \t]*MOTION[ \t]*\r?$", data, re.MULTILINE | re.IGNORECASE)
    lines = _lines(data[: end.start()] if end else data, name)
    return hierarchy.parse(enumerate(lines, start=1), partial(_fault, name))


def _lines(data: bytes, name: str) -> list[str]:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-{16 if wide else 8} at {error.start}"
        raise SwnError(f"{name}: found {found}, wanted text: {SAVE}") from error
    if "\0" in text:
        raise SwnError(f"{name}: found zero bytes as of UTF-16, wanted UTF-8: {SAVE}")
    return [line.strip() for line in re.split("\r\n|\n|\r", text)]


def frame_time(data: bytes) -> float | None:
    """The seconds per frame in the beginning of a BVH file; None if they are not there."""
    match = re.search(FRAME_TIME, data.replace(b"\0", b"").decode("ascii", "replace"), re.IGNORECASE)
    try:
        return (float(match[1]) if match else 0.0) or None
    except ValueError:
        return None


def _fault(name: str, line: int, found: str, wanted: str) -> SwnError:
    found = found if len(found) < 60 else f"{found[:57]}..."
    return SwnError(f"{name}, line {line}: found {found}, wanted {wanted}: {AGAIN}")


def _value(name: str, line: list[tuple[int, str]], wanted: str, pattern: str) -> float:
    """The positive number in a line that matches `pattern`."""
    if not line:
        raise SwnError(f"{name}: found nothing more after MOTION, wanted {wanted}: {AGAIN}")
    match = re.fullmatch(pattern, line[0][1], re.IGNORECASE)
    try:
        value = float(match[1]) if match else 0.0
    except ValueError:  # two decimal points
        value = 0.0
    if not 0 < value < 1e9:
        raise _fault(name, *line[0], wanted)
    return value


def _motion(name: str, lines: list[tuple[int, str]], frames: int, width: int) -> Float[np.ndarray, "T C"]:
    """The lines of numbers; counts are checked before arrays of their size are allocated."""
    if len(lines) != frames:
        remedy = f"set Frames to {len(lines)}" if abs(len(lines) - frames) == 1 else AGAIN  # programs count from 0 or 1
        raise SwnError(f"{name}: found {len(lines)} lines of numbers, the header promises {frames}: {remedy}")
    rows = []
    for line, text in lines:
        words = text.split()
        if len(words) != width:
            raise _fault(name, line, f"{len(words)} numbers", f"{width}, one for each channel")
        try:
            rows.append(list(map(float, words if "_" not in text else ["?"])))  # Python reads 1_0 as 10
        except ValueError:
            n, word = next((n, word) for n, word in enumerate(words, start=1) if not _is_number(word))
            raise _fault(name, line, f"{word} as number {n}", "digits with a decimal point") from None
    motion = np.array(rows, np.float64).reshape(frames, width)
    good = np.abs(motion) <= hierarchy.LIMIT  # false for nan as well
    if not good.all():
        row, column = np.argwhere(~good)[0]
        found = f"{motion[row, column]} as number {column + 1}"
        raise _fault(name, lines[row][0], found, f"numbers within +-{hierarchy.LIMIT:g}")
    return motion


def _is_number(word: str) -> bool:
    try:
        return "_" not in word and float(word) is not None
    except ValueError:
        return False


def write(path: Path, clip: Clip) -> None:
    """Write `clip` so that `read` returns the same numbers; raises SwnError if it cannot be written."""
    rows = "\n".join(" ".join(map(repr, row)) for row in clip.motion.tolist())
    head = f"MOTION\nFrames: {len(clip.motion)}\nFrame Time: {clip.seconds!r}\n"
    try:
        path.write_text(f"{hierarchy.text(clip.skeleton)}{head}{rows}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise SwnError(f"{path}: cannot be written ({error.strerror}): choose another folder") from error
