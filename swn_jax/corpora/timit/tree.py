"""Find the recordings in a copy of TIMIT, in any of its nestings.

The LDC nests `TRAIN/DR1/FVMH0/SA1.WAV` in upper or lower case, perhaps in a folder TIMIT; samples are flat, as
`dr1-fvmh0/sa1.wav`. Some free copies hold every recording twice, as `SA1.WAV` (SPHERE) and `SA1.WAV.wav` (RIFF).
"""

import os
import re
from pathlib import Path
from typing import NamedTuple

from swn_jax.errors import SwnError

SHAPE = re.compile(r"(?:.*?/)??(?:(train|test)/)?(dr[1-8])[/-](\w+)/(\w+)\.wav(?:\.wav)?")
NESTINGS = "TRAIN/DR1/FVMH0/SA1.WAV or dr1-fvmh0/sa1.wav"


class File(NamedTuple):
    """One recording; `part` is "train", "test" or, in a flat copy, None."""

    path: Path
    part: str | None
    dialect: str
    speaker: str
    sentence: str

    @property
    def id(self) -> str:
        """A name independent of the nesting; each speaker is in one part only."""
        return f"{self.dialect}/{self.speaker}/{self.sentence}"


def parse(path: str) -> File | None:
    """The recording that `path` names, or None if it is not nested like TIMIT."""
    match = SHAPE.fullmatch(path.lower().replace(os.sep, "/"))
    return File(Path(path), *match.groups()) if match else None


def find(manual_dir: Path) -> tuple[dict[str, File], tuple[str, ...]]:
    """The recordings below `manual_dir` by id, sorted, and notes on ignored files.

    Of two files of one recording the one with the shorter name is used, `SA1.WAV` before `SA1.WAV.wav`.
    Raises SwnError if the folder is missing, empty, or holds no copy of TIMIT.
    """
    root = _root(manual_dir)
    names = [
        str((Path(at) / name).relative_to(root)) for at, _, files in os.walk(root, followlinks=True) for name in files
    ]
    names = [name for name in names if name.lower().endswith(".wav")]
    if not names:
        raise SwnError(f"{root}: found no .wav files, wanted {NESTINGS}: give the folder of TIMIT as --manual_dir")
    files = [file for file in map(parse, sorted(names, key=lambda name: (len(name), name))) if file]
    if not files:
        raise SwnError(f"{root}: found {names[0]}, wanted {NESTINGS}: give the folder of TIMIT as --manual_dir")
    kept: dict[str, File] = {}
    for file in files:
        first = kept.setdefault(file.id, file._replace(path=root / file.path))
        if first.part != file.part:
            raise SwnError(f"{root / file.path}: found it in another part too ({first.path}): copy TIMIT again")
    return {key: kept[key] for key in sorted(kept)}, _notes(len(names), len(files), len(kept))


def _root(manual_dir: Path) -> Path:
    if not manual_dir.is_dir():
        raise SwnError(f"{manual_dir}: there is no such folder: give the folder of TIMIT as --manual_dir")
    inner = sorted(child for child in manual_dir.iterdir() if child.is_dir() and child.name.lower() == "timit")
    return inner[0] if inner else manual_dir


def _notes(names: int, files: int, kept: int) -> tuple[str, ...]:
    ignored = f"{names - files} .wav files that are not nested as TIMIT were left out"
    double = f"{files - kept} recordings are there twice (SA1.WAV and SA1.WAV.wav): the shorter name was taken"
    return (ignored,) * (names > files) + (double,) * (files > kept)
