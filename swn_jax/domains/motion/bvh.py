"""BVH (Biovision) files: a skeleton as text, then one line of channel values per frame."""

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


class Clip(NamedTuple):
    """One recording: angles in degrees, lengths in the unit of the file."""

    skeleton: Skeleton
    motion: Float[np.ndarray, "T C"]
    seconds: float  # per frame


def read(path: Path) -> Clip:
    """The recording in a file; raises SwnError as `parse` does, and if the file cannot be read."""
    return parse(read_bytes(path), str(path))


def parse(data: bytes, name: str) -> Clip:
    """The recording in the bytes of a BVH file: any skeleton, line ends LF or CR LF, blank lines anywhere.

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
    seconds = _value(name, rest[1:2], "Frame Time: seconds", r"frame\s+time\s*:\s*([\d.]+(?:e[+-]?\d+)?)")
    return Clip(skeleton, _motion(name, rest[2:], frames, skeleton.width), seconds)


def skeleton(data: bytes, name: str) -> Skeleton:
    """The skeleton in the bytes of a BVH file, without its motion; raises SwnError as `parse` does."""
    end = re.search(rb"^[ \t]*MOTION[ \t]*\r?$", data, re.MULTILINE | re.IGNORECASE)
    lines = _lines(data[: end.start()] if end else data, name)
    return hierarchy.parse(enumerate(lines, start=1), partial(_fault, name))


def _lines(data: bytes, name: str) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SwnError(f"{name}: found a byte that is not text at {error.start}, wanted BVH: {AGAIN}") from error
    return [line.strip() for line in re.split("\r\n|\n|\r", text)]


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
        raise SwnError(f"{name}: found {len(lines)} lines of numbers, the header promises {frames}: {AGAIN}")
    rows = []
    for line, text in lines:
        words = text.split()
        if len(words) != width:
            raise _fault(name, line, f"{len(words)} numbers", f"{width}, one for each channel")
        try:
            rows.append(list(map(float, words if "_" not in text else ["?"])))  # Python reads 1_0 as 10
        except ValueError:
            raise _fault(name, line, text, "numbers") from None
    motion = np.array(rows, np.float64).reshape(frames, width)
    good = np.abs(motion) <= hierarchy.LIMIT  # false for nan as well
    if not good.all():
        row, column = np.argwhere(~good)[0]
        raise _fault(name, lines[row][0], str(motion[row, column]), f"numbers within +-{hierarchy.LIMIT:g}")
    return motion


def write(path: Path, clip: Clip) -> None:
    """Write `clip` so that `read` returns the same numbers; raises SwnError if it cannot be written."""
    rows = "\n".join(" ".join(map(repr, row)) for row in clip.motion.tolist())
    head = f"MOTION\nFrames: {len(clip.motion)}\nFrame Time: {clip.seconds!r}\n"
    try:
        path.write_text(f"{hierarchy.text(clip.skeleton)}{head}{rows}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise SwnError(f"{path}: cannot be written ({error.strerror}): choose another folder") from error
