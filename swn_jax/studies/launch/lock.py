"""A lock of one trial, which ends with the last process that holds it, however that ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 1.0  # seconds: whoever asks `is_held` holds the lock for a moment


@contextmanager
def held(path: Path) -> Iterator[int | None]:
    """Takes the lock; gives its descriptor, or None where another process has it.

    A child that is given the descriptor holds the lock too, so a run whose launcher was killed stays locked.
    On a file system that several machines share, the lock needs one that supports `flock` among them.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        yield descriptor if _taken(descriptor, fcntl.LOCK_EX, PATIENCE) else None
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process has the lock now."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _taken(descriptor, fcntl.LOCK_SH, 0.0)
    finally:
        os.close(descriptor)


def _taken(descriptor: int, kind: int, patience: float) -> bool:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        else:
            return True
