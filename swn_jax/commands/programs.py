"""Compiled programs are kept in the user's cache folder, so that a command that has run before starts at once."""

import glob
import hashlib
import os
import platform
import re
import stat
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from swn_jax.errors import SwnError

LIMIT = 2 << 30  # bytes; beyond it those that were longest unused go
FOLDER = "JAX_COMPILATION_CACHE_DIR"
SETTINGS = {
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": 0.0,  # a training takes a hundred small programs: four seconds
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": -1,
}


def keep(limit: int = LIMIT) -> None:
    """Tell jax, and the processes that this one starts, where to keep programs; a folder that is set stays so.

    Args:
      limit: bytes of the folder, over all kinds of machine.
    Raises:
      SwnError: where the folder cannot be made.
    """
    if FOLDER in os.environ:
        return
    whole = home() / "swn_jax" / "programs"
    folder = whole / kind_of_machine()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SwnError(
            f"compiled programs cannot be kept in {folder} ({error.strerror}): set {FOLDER} to a folder that can be "
            "written, or pass --nokeep_programs"
        ) from None
    prune(whole, limit)
    mend(folder)
    settings: dict[str, str | float] = {FOLDER: str(folder), **SETTINGS}
    for name, value in settings.items():
        os.environ.setdefault(name, str(value))
    if jax := sys.modules.get("jax"):  # it read its environment before the flags were parsed
        for name, value in settings.items():
            jax.config.update(name.lower(), type(value)(os.environ[name]))


def home() -> Path:
    """The user's folder for what can be made again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def kind_of_machine() -> str:
    """A name that machines share if their processors know the same instructions: a home may serve different ones."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else [platform.processor()]
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), lines[0])
    return f"{platform.machine()}-{hashlib.sha256(flags.encode()).hexdigest()[:12]}"


def prune(folder: Path, limit: int) -> None:
    """Remove the files that were longest unused, until the rest takes at most half of a limit that it is beyond."""
    files = list(found(folder))
    excess = sum(about.st_size for _, about in files) - limit
    if excess <= 0:
        return
    excess += limit - limit // 2
    for file, about in sorted(files, key=lambda each: max(each[1].st_atime, each[1].st_mtime)):
        if excess <= 0:
            return
        file.unlink(missing_ok=True)  # another command may have removed it
        excess -= about.st_size


def found(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files below a folder, without those that another command removes meanwhile."""
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            about = file.stat()
            if stat.S_ISREG(about.st_mode):
                yield file, about


def mend(folder: Path) -> None:
    """Remove a program that jax warns it cannot read: a command that was killed may leave one half written.

    jax never writes over a program that it has. All of the name go, since the warning tells no more of it.
    """
    shown = warnings.showwarning

    def show(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None,
        line: str | None = None,
    ) -> None:  # fmt: skip
        told = re.match(r"Error reading persistent compilation cache entry for '([^']+)'", str(message))
        if not told:
            return shown(message, category, filename, lineno, file, line)
        for program in folder.glob(f"{glob.escape(told[1])}-*"):
            program.unlink(missing_ok=True)

    warnings.showwarning = show
