"""Where a corpus that can be fetched lies: in the folder a person names, or where its archive was extracted."""

from collections.abc import Callable
from pathlib import Path

from swn_jax.errors import SwnError

Fetch = Callable[[str, str | None], Path]  # URL of an archive, its sha256 if known -> folder it is extracted in


def folder(manual_dir: Path | None, fetch: Fetch | None, url: str, sha256: str | None) -> Path:
    """`manual_dir` where one is given, else the folder into which the archive at `url` was extracted.

    Raises SwnError for a folder that is not there, or where nothing is given to fetch with.
    """
    if manual_dir is None:
        if fetch is None:
            raise SwnError(f"found no --manual_dir, wanted the folder of the corpus: get it from {url}")
        return fetch(url, sha256)
    if not manual_dir.is_dir():
        raise SwnError(f"{manual_dir}: there is no such folder: give the folder of the corpus, or leave it out")
    return manual_dir


def inside(folder: Path, part: str) -> Path:
    """The folder `part` in `folder`, or in the only folder within it that has one: archives are often nested so.

    Raises SwnError where there is none, several, or `folder` cannot be read.
    """
    if (folder / part).is_dir():
        return folder / part
    try:
        found = sorted(child / part for child in folder.iterdir() if (child / part).is_dir())
    except OSError as error:
        raise SwnError(f"{folder}: the folder cannot be read ({error.strerror}): change its permissions") from error
    if len(found) != 1:
        several = " and ".join(map(str, found[:2])) or "none"
        raise SwnError(f"{folder}: found {several}, wanted one folder {part}: give the folder that holds it")
    return found[0]
