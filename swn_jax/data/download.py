"""Archives from the net: pooch fetches them once and checks them, here they are extracted whole or not at all."""

import hashlib
import re
import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import pooch

from swn_jax.errors import SwnError

PATIENCE = 30.0  # seconds for a server to answer, and for each next piece
PIECE = 2**20  # bytes written at a time


def download(data_dir: Path, url: str, sha256: str | None) -> Path:
    """The folder into which the archive at `url` was extracted, below `data_dir`/downloads.

    What is there already is not fetched again. Raises SwnError where it cannot be fetched, or has another sha256.
    """
    root = data_dir / "downloads"
    folder = root / "extracted" / hashlib.sha256(f"{url} {sha256}".encode()).hexdigest()[:16]
    if folder.exists():
        return folder
    try:
        archive = _fetch(root, url, sha256)
        try:
            _extract(archive, folder)
        except Exception:
            if sha256 is None:  # nothing else tells whether it is the right one
                archive.unlink()
            raise
    except SwnError:
        raise
    except Exception as error:  # of the net, of the operating system, of the archive's reader
        raise SwnError(
            f"{url}: cannot be fetched ({type(error).__name__}: {error}): try again with a network, "
            "or extract the archive yourself and give its folder as --manual_dir"
        ) from error
    return folder


def _fetch(root: Path, url: str, sha256: str | None) -> Path:
    """The archive in `root`; one that is there with another sha256 is fetched again."""
    pooch.get_logger().setLevel("WARNING")  # it tells of every file
    get = pooch.HTTPDownloader(timeout=PATIENCE, chunk_size=PIECE)
    try:
        return Path(pooch.retrieve(url, sha256, path=root, downloader=get))
    except ValueError as error:
        if not (found := re.search(r"hash: expected \w+ but got (\w+)", str(error))):
            raise
        raise SwnError(
            f"{url}: found sha256 {found[1]}, wanted {sha256}: it changed or was cut short, run it again, "
            "or give the folder of another copy as --manual_dir"
        ) from None


def _extract(archive: Path, folder: Path) -> None:
    """All or nothing, and nothing outside of `folder`."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        whole = Path(beside, "whole")
        if archive.suffix == ".zip":  # whose reader leaves out paths that lead out of the folder
            shutil.unpack_archive(archive, whole)
        elif hasattr(tarfile, "data_filter"):
            shutil.unpack_archive(archive, whole, filter="data")
        else:
            _check(archive)
            shutil.unpack_archive(archive, whole)
        whole.rename(folder)


def _check(archive: Path) -> None:
    """Refuse what leads out of a folder, and all but files and folders: before 3.11.4 Python has no filter for it."""
    with tarfile.open(archive) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
                raise tarfile.ExtractError(f"{member.name} leads out of the folder, or is neither file nor folder")
