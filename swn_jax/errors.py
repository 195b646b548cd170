"""The one class of errors that a user can mend, and the nearest right name for a wrong one."""

import difflib
from collections.abc import Iterable


class SwnError(Exception):
    """What was found, what was wanted and what to do about it, in words for the person at the terminal."""


def unknown(kind: str, name: str, known: Iterable[str]) -> SwnError:
    """The error for a `name` that is not among the `known` ones, with the nearest right name.

    >>> print(unknown("model", "swavnet", ["lstm", "swavenet"]))
    there is no model 'swavnet': did you mean 'swavenet'? (known: lstm, swavenet)
    """
    known = sorted(known)
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return SwnError(f"there is no {kind} {name!r}: {hint}(known: {', '.join(known)})")
