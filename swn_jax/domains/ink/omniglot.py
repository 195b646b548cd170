"""Reader of Omniglot (Lake, Salakhutdinov & Tenenbaum 2015): drawn characters, ALPHABET/characterNN/CCCC_DD.txt.

A file has START, one line `x,y,milliseconds` per point, and BREAK after each stroke; y upwards. DD is the drawer.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from swn_jax.data.index import Recording, broken
from swn_jax.data.reading import AGAIN, read_text
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import bad, rows
from swn_jax.errors import SwnError

MEMBER = re.compile(r"(?:.*/)?(([^/]+)/character\d+/\d+_(\d\d))\.txt")
LONGEST = 2**20  # bytes of a drawing; typical are 3000
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # other methods could need unlimited memory
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError, LookupError)


def starts(head: str) -> bool:
    """Whether a file that begins with `head` has this format."""
    return head.startswith("START")


def entries(file: Path, name: str, down: bool) -> list[Entry]:
    """The one drawing of a file, whose name has to have the form of the corpus. y is always upwards."""
    try:
        return [_entry(name, str(file), name, partial(read_text, file), file)]
    except SwnError as error:
        return [Entry(name, broken(name, file, error))]


def zipped(file: Path, name: str, down: bool) -> list[Entry]:
    """The drawings in a zip; the compressed bytes stay in memory, as listing thousands of members is slow."""
    try:
        archive = zipfile.ZipFile(BytesIO(file.read_bytes()))
    except DAMAGED as error:
        return [Entry(name, broken(name, file, SwnError(f"{file}: cannot be read as a zip ({error}): {AGAIN}")))]
    found = [info for info in archive.infolist() if MEMBER.fullmatch(info.filename)]
    kept = [info for info in found if not info.filename.startswith("__MACOSX/")]

    def entry(info: zipfile.ZipInfo) -> Entry:
        at = f"{file}:{info.filename}"
        return _entry(info.filename, at, f"{name}:{info.filename}", partial(_member, archive, info, at), None)

    return [entry(info) for info in kept]


def _entry(member: str, at: str, path: str, load: Callable[[], str], file: Path | None) -> Entry:
    match = MEMBER.fullmatch(member)
    if match is None:
        raise bad(at, "another name", "ALPHABET/characterNN/CCCC_DD.txt", "copy the folders unchanged")
    id, alphabet, drawer = match.groups()
    sign = id.rpartition("/")[0]
    return Entry(path, Recording(id, f"{alphabet}/{drawer}", lambda: [parse(load(), at)], file, label=sign))


def part(recording: Recording) -> str:
    """The usual split of the 20 drawers of an alphabet: 1 to 14 train, 15 to 17 validate, 18 to 20 test.

    A zip that cannot be opened counts as train.
    """
    drawer = int(recording.speaker.rpartition("/")[2] or 0)
    return "train" if drawer <= 14 else "valid" if drawer <= 17 else "test"


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, at: str) -> str:
    try:
        if info.compress_type not in PLAIN:
            raise ValueError("an unusual compression method")
        with archive.open(info) as opened:
            content = opened.read(LONGEST + 1)  # do not trust the size that the zip declares
        if len(content) > LONGEST:
            raise ValueError(f"more than {LONGEST} bytes")
        return content.decode()
    except DAMAGED as error:
        raise SwnError(f"{at}: cannot be read ({error}): {AGAIN}") from error


def parse(text: str, at: str) -> Float32[np.ndarray, "n 3"]:
    """The points of a drawing; raises SwnError, with the line, for anything but START, points and BREAK."""
    first, *lines = text.split("\n") if text else [""]
    if first.strip() != "START":
        raise bad(at, f"{first[:40]!r} first", "START")
    strokes: list[list[list[float]]] = [[]]
    for number, line in enumerate(lines, start=2):
        if line.strip() == "BREAK":
            strokes.append([])
        elif line.strip():
            strokes[-1].append(_point(line, f"{at}, line {number}"))
    if strokes[-1]:
        raise bad(at, "no BREAK at the end", "one after each stroke")
    return rows([np.array(stroke)[:, :2] for stroke in strokes if stroke], at, down=False)


def _point(line: str, at: str) -> list[float]:
    try:
        x, y, time = map(float, line.split(","))
    except ValueError as error:
        raise bad(at, repr(line[:40]), "x,y,milliseconds") from error
    return [x, y, time]
