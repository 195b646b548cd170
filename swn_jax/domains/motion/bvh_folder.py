"""The BVH files below a folder, including those in zip archives."""

import lzma
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from swn_jax.data.left_out import counted
from swn_jax.data.reading import AGAIN, read_bytes
from swn_jax.errors import SwnError

SUFFIXES = (".bvh", ".zip")
MOST = 2**29  # bytes of one recording: an hour of 43 joints at 120 frames per second
UNREADABLE = (  # what zipfile raises for damage, a password, or an unknown compression method
    *(OSError, ValueError, RuntimeError, EOFError, KeyError, IndexError, OverflowError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)


class Entry(NamedTuple):
    """One recording, read lazily."""

    id: str  # dance/01.bvh, or for a member of an archive: dance.zip:salsa/01.bvh
    group: str  # the name of its folder: salsa
    file: Path | None  # its own file; None for a member of an archive, which it shares with others
    where: str  # the file, and the member, for errors
    load: Callable[..., bytes]  # all bytes, or as many as asked for


def find(manual_dir: Path) -> tuple[dict[str, Entry], dict[str, SwnError]]:
    """The recordings by id, sorted, and the error of each archive that cannot be opened.

    Raises SwnError for a folder that is missing or holds no BVH, and for an id that is duplicate or not printable.
    """
    if not manual_dir.is_dir():
        raise SwnError(f"{manual_dir}: there is no such folder: give the folder with the .bvh or .zip files")
    entries: list[Entry] = []
    faults: dict[str, SwnError] = {}
    for name in _names(manual_dir):
        if name.lower().endswith(".bvh"):
            entries.append(_plain(manual_dir, name))
            continue
        try:
            entries += _members(manual_dir / name, name)
        except SwnError as error:
            faults[name] = error
    if not entries:
        raise next(
            iter(faults.values()), SwnError(f"{manual_dir}: found no .bvh files, wanted some, also in .zip: add them")
        )
    for id, times in Counter(entry.id for entry in entries).items():
        if times > 1 or not id.isprintable():
            what = "twice" if times > 1 else "with characters that do not print"
            raise SwnError(f"{manual_dir}: found {id!a} {what}: rename or remove it")
    return {entry.id: entry for entry in sorted(entries, key=lambda entry: entry.id)}, faults


def left_out(root: Path) -> tuple[str, ...]:
    """A note on the files below a folder that hold no BVH."""
    others = [name for name in _files(root) if name.suffix.lower() not in SUFFIXES]
    return (f"left out, as they are no BVH: {counted(others)}",) * bool(others)


def _files(root: Path) -> list[Path]:
    return [(Path(at) / name).relative_to(root) for at, _, names in os.walk(root, followlinks=True) for name in names]


def _names(root: Path) -> list[str]:
    return sorted(name.as_posix() for name in _files(root) if name.suffix.lower() in SUFFIXES)


def _plain(root: Path, name: str) -> Entry:
    path = root / name

    def load(most: int = -1) -> bytes:
        if os.path.isfile(path) and path.stat().st_size > MOST:
            raise SwnError(f"{path}: found more than {MOST} bytes, wanted one recording: remove it")
        return read_bytes(path, most)

    return Entry(name, path.absolute().parent.name, path, str(path), load)


def _members(path: Path, name: str) -> list[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except UNREADABLE as error:
        raise SwnError(f"{path}: cannot be opened as a zip archive ({error}): {AGAIN}") from error
    return [
        _member(path, name, info)
        for info in infos
        if info.filename.lower().endswith(".bvh") and not info.filename.startswith("__MACOSX/")
    ]


def _member(path: Path, name: str, info: zipfile.ZipInfo) -> Entry:
    def load(most: int = -1) -> bytes:
        if info.file_size > MOST:
            raise SwnError(f"{path}: {info.filename} has {info.file_size} bytes, wanted one recording: remove it")
        try:
            with zipfile.ZipFile(path) as archive, archive.open(info) as member:
                return member.read(most)
        except UNREADABLE as error:
            raise SwnError(f"{path}: {info.filename} cannot be unpacked ({error}): {AGAIN}") from error

    inner = Path(info.filename).parent.name
    return Entry(f"{name}:{info.filename}", inner or path.stem, None, f"{path}:{info.filename}", load)
