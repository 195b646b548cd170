"""Archives from the net, by tensorflow-datasets' download manager: fetched once, checked, extracted."""

import hashlib
import shutil
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import tensorflow_datasets as tfds

from swn_jax.data.silence_tfds import silence_tfds
from swn_jax.errors import SwnError

PATIENCE = 30.0  # seconds for a server to answer


def download(data_dir: Path, url: str, sha256: str | None) -> Path:
    """The folder into which the archive at `url` was extracted, below `data_dir`/downloads.

    What is there already is not fetched again. Raises SwnError where it cannot be fetched, or has another sha256.
    """
    root = data_dir / "downloads"
    folder = root / "extracted" / hashlib.sha256(f"{url} {sha256}".encode()).hexdigest()[:16]
    if folder.exists():
        return folder
    try:
        _ask(url)
        with silence_tfds():
            archive = Path(tfds.download.DownloadManager(download_dir=root).download(url))
        _check(archive, url, sha256)
        _extract(archive, folder)
    except SwnError:
        raise
    except Exception as error:  # of the net, of the operating system, of the archive's reader
        raise SwnError(
            f"{url}: cannot be fetched ({type(error).__name__}: {error}): try again with a network, "
            "or extract the archive yourself and give its folder as --manual_dir"
        ) from error
    return folder


def _ask(url: str) -> None:
    """Raises OSError where nobody answers: the download manager would try for minutes before it says so."""
    try:
        urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=PATIENCE).close()
    except urllib.error.HTTPError as error:  # somebody answers
        error.close()


def _check(archive: Path, url: str, sha256: str | None) -> None:
    if sha256 is None:
        return
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        for kept in archive.parent.glob(f"{archive.name}*"):  # with what is written about it
            kept.unlink()
        raise SwnError(f"{url}: found sha256 {found}, wanted {sha256}: it changed or was cut short, run it again")


def _extract(archive: Path, folder: Path) -> None:
    """All or nothing; tensorflow-datasets' own way needs TensorFlow for tar files."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        whole = Path(beside, "whole")
        if archive.suffix == ".zip":  # whose reader leaves out paths that lead out of the folder
            shutil.unpack_archive(archive, whole)
        else:
            shutil.unpack_archive(archive, whole, filter="data")
        whole.rename(folder)
