"""Archives from the net, by tensorflow-datasets' download manager: fetched once, checked, extracted."""

import hashlib
from pathlib import Path

import tensorflow_datasets as tfds

from swn_jax.data.builder import quiet
from swn_jax.errors import SwnError


def download(data_dir: Path, url: str, sha256: str | None) -> Path:
    """The folder into which the archive at `url` was extracted, below `data_dir`/downloads.

    What is there already is not fetched again. Raises SwnError where it cannot be fetched, or has another sha256.
    """
    root = data_dir / "downloads"
    manager = tfds.download.DownloadManager(download_dir=root, extract_dir=root / "extracted")
    try:
        with quiet():
            archive = Path(manager.download(url))
            _check(archive, url, sha256)
            return Path(manager.extract(archive))
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
        archive.unlink()
        raise SwnError(f"{url}: found sha256 {found}, wanted {sha256}: it changed or was cut short, run it again")
