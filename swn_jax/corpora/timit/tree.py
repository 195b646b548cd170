"""Find the recordings in a copy of TIMIT, whichever way it is nested.

The LDC nests `TRAIN/DR1/FVMH0/SA1.WAV` in either case, by itself or in a folder TIMIT; samples come flat, as
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
    """One recording: its part is "train", "test" or, in a flat copy, None."""

    path: Path
    part: str | None
    dialect: str
    speaker: str
    sentence: str

    @property
    def id(self) -> str:
        """A name that is the same in every nesting; speakers of TIMIT are in one part only."""
        return f"{self.dialect}/{self.speaker}/{self.sentence}"


def parse(path: str) -> File | None:
    """The recording that `path` names, or None if it is not nested as a copy of TIMIT is."""
    match = SHAPE.fullmatch(path.lower().replace(os.sep, "/"))
    return File(Path(path), *match.groups()) if match else None


def find(manual_dir: Path) -> tuple[dict[str, File], tuple[str, ...]]:
    """The recordings under `manual_dir` by id, in sorted order, and notes on what was left out.

    Of two files of one recording the shorter name is taken, `SA1.WAV` before `SA1.WAV.wav`.
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
            raise SwnError(f"{root / file.path}: {first.path} is the same speaker's in another part: copy TIMIT again")
    return {key: kept[key] for key in sorted(kept)}, _notes(len(names), len(files), len(kept))


def _root(manual_dir: Path) -> Path:
    if not manual_dir.is_dir():
        raise SwnError(f"{manual_dir}: there is no such folder: give the folder of TIMIT as --manual_dir")
    inner = sorted(child for child in manual_dir.iterdir() if child.is_dir() and child.name.lower() == "timit")
    return inner[0] if inner else manual_dir


def _notes(names: int, files: int, kept: int) -> tuple[str, ...]:
    strange = f"{names - files} .wav files that are not nested as TIMIT were left out"
    double = f"{files - kept} recordings are there twice (SA1.WAV and SA1.WAV.wav): the shorter name was taken"
    return (strange,) * (names > files) + (double,) * (files > kept)
