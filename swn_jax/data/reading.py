"""Reading input files, with errors that say what to do."""

from pathlib import Path

from swn_jax.errors import SwnError

SKIP = "leave it out with --skip_bad"
AGAIN = f"copy the file again from the original, or {SKIP}"  # the remedy for a damaged recording
SAVE = f"save it as UTF-8, or {SKIP}"  # the remedy for another encoding: another copy has the same
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how a file in UTF-16 begins; programs of Windows call it Unicode


def read_bytes(file: Path, most: int = -1) -> bytes:
    """The content of a recording's file, `most` bytes of it if that is not -1; raises SwnError if it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError as error:
        raise SwnError(f"{file}: cannot be read ({error.strerror}): {AGAIN}") from error


def decode(content: bytes, where: object, remedy: str = SAVE) -> str:
    """The text in bytes of UTF-8, with or without a byte order mark; raises SwnError, naming `where`, for others."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = "UTF-16" if content.startswith(UTF_16) else f"{error.reason} at byte {error.start}"
        raise SwnError(f"{where}: cannot be read as text (found {found}, wanted UTF-8): {remedy}") from error


def read_text(file: Path, remedy: str = AGAIN) -> str:
    """The content of a UTF-8 text file; raises SwnError, with the remedy, if it cannot be read or is not text."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SwnError(f"{file}: cannot be read as text ({error}): {remedy}") from error
    return decode(content, file, SAVE if remedy == AGAIN else f"save it as UTF-8, or {remedy}")


def without_skipping(error: SwnError) -> str:
    """The message of an error to one who has given --skip_bad already, without the advice to give it."""
    return str(error).replace(f", or {SKIP}", "")
