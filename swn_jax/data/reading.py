"""Reading input files, with errors that say what to do."""

from pathlib import Path

from swn_jax.errors import SwnError

AGAIN = "copy the file again from the original, or leave it out with --skip_bad"  # the remedy for a damaged recording


def read_bytes(file: Path, most: int = -1) -> bytes:
    """The content of a recording's file, `most` bytes of it if that is not -1; raises SwnError if it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError as error:
        raise SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}") from error


def read_text(file: Path, remedy: str = AGAIN) -> str:
    """The content of a UTF-8 text file; raises SwnError, with the remedy, if it cannot be read or is not text."""
    try:
        return file.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise SwnError(f"{file}: cannot be read as text ({error}): {remedy}") from error
