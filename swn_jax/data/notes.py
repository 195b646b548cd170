"""Notes on recordings that readers give while they read."""

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

from swn_jax.errors import SwnNote


@contextlib.contextmanager
def noted() -> Iterator[list[str]]:
    """The notes that readers give while the block runs, instead of warnings; other warnings are shown as ever."""
    notes: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always", SwnNote)
        show = warnings.showwarning

        def note(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
            if issubclass(category, SwnNote):
                notes.append(str(message))
            else:
                show(message, category, *rest, **more)

        warnings.showwarning = note
        yield notes
