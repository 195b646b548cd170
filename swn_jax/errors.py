"""The error class for problems that the user can fix, notes on the data, and suggestions for mistyped names."""

import difflib
import errno
from collections.abc import Iterable


class SwnError(Exception):
    """An error the user can fix: its message says what was found, what was wanted and what to do."""


class SwnNote(UserWarning):
    """What a person should know about a recording that can be read; preparing a corpus keeps these with it."""


class DivergedError(SwnError):
    """A training whose numbers are no longer finite."""


class ReplayError(SwnError):
    """A step that gave other bits when it was computed again."""


REMEDIES = {
    "free disk space, then run the same command again": (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
    "change its permissions, or choose another place": (errno.EACCES, errno.EPERM, errno.EROFS),
    "choose another place, or remove what is there": (errno.EEXIST, errno.ENOTDIR, errno.EISDIR),
}


def of_system(error: OSError) -> SwnError:
    """The error for what the operating system refuses, as to write to a full disk.

    >>> print(of_system(PermissionError(errno.EACCES, "Permission denied", "run/config.json")))
    run/config.json: Permission denied: change its permissions, or choose another place
    """
    remedy = next((text for text, numbers in REMEDIES.items() if error.errno in numbers), "correct the path")
    return SwnError(f"{error.filename or 'a file'}: {error.strerror or error}: {remedy}")


def unknown(kind: str, name: str, known: Iterable[str], listed: str = "") -> SwnError:
    """The error for a `name` that is not among the `known` ones; suggests the nearest known name.

    It lists them all, or says `listed` where they are too many.

    >>> print(unknown("model", "swavnet", ["lstm", "swavenet"]))
    there is no model 'swavnet': did you mean 'swavenet'? (known: lstm, swavenet)
    """
    known = sorted(known)
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return SwnError(f"there is no {kind} {name!r}: {hint}(known: {listed or ', '.join(known)})")
