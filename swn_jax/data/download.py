"""Archives from the net, by tensorflow-datasets' download manager: fetched once, checked, extracted."""

import hashlib
import shutil
import tempfile
from pathlib import Path

import tensorflow_datasets as tfds

from swn_jax.data.builder import quiet
from swn_jax.errors import SwnError


def download(data_dir: Path, url: str, sha256: str | None) -> Path:
    """The folder into which the archive at `url` was extracted, below `data_dir`/downloads.

    What is there already is not fetched again. Raises SwnError where it cannot be fetched, or has another sha256.
    """
    root = data_dir / "downloads"
    try:
        with quiet():
            archive = Path(tfds.download.DownloadManager(download_dir=root).download(url))
        _check(archive, url, sha256)
        return _extracted(archive, root / "extracted" / archive.name)
    except SwnError:
        raise
    except Exception as error:  # of requests, of the operating system, of the archive's reader
        raise SwnError(
            f"{url}: cannot be fetched ({type(error).__name__}: {error}): try again with a network, "
            "or extract the archive yourself and give its folder as --manual_dir"
        ) from error


def _check(archive: Path, url: str, sha256: str | None) -> None:
    if sha256 is None:
        return
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        for kept in archive.parent.glob(f"{archive.name}*"):  # with what is written about it
            kept.unlink()
        raise SwnError(f"{url}: found sha256 {found}, wanted {sha256}: it changed or was cut short, run it again")


def _extracted(archive: Path, folder: Path) -> Path:
    """Extracts all or nothing; tensorflow-datasets' own way needs TensorFlow for tar files."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
            safe = {} if archive.suffix == ".zip" else {"filter": "data"}  # no path may lead out of the folder
            shutil.unpack_archive(archive, f"{beside}/whole", **safe)
            Path(beside, "whole").rename(folder)
    return folder
