"""The length that a header states against the bytes that are there."""

from pathlib import Path

from swn_jax.data.reading import AGAIN
from swn_jax.domains.speech.containers.remedy import ANEW
from swn_jax.errors import SwnError

# what programs that write into a pipe state, as they cannot go back: it means "to the end of the file"
STREAMED = {0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0x80000000}


def fits(path: Path, found: int, wanted: int, unit: int) -> None:
    """Raise SwnError for fewer bytes of samples than stated; `unit` is the bytes of a sample of all channels."""
    if wanted in STREAMED:
        return
    if wanted == 0 and found >= unit:
        raise SwnError(f"{path}: wrong length: found {found // unit} samples, the header promises 0: {ANEW}")
    if found < wanted:
        raise wrong(path, found // unit, wanted // unit)


def wrong(path: Path, found: int, wanted: int) -> SwnError:
    """The error for a file with another length than its header states."""
    return SwnError(f"{path}: wrong length: found {found} samples, the header promises {wanted}: {AGAIN}")


def damaged(path: Path, what: object) -> SwnError:
    """The error for a header that makes no sense."""
    return SwnError(f"{path}: the header is damaged ({what}): {ANEW}, or {AGAIN}")
