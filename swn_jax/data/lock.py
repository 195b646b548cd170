"""The lock of a run or a trial: the system releases it when the last process that holds it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 1.0  # seconds to wait: `is_held` itself holds the lock for a moment


@contextmanager
def held(path: Path) -> Iterator[int | None]:
    """Take the lock; yields its file descriptor, or None if another process has it.

    A child that inherits the descriptor holds the lock too, so a run stays locked if its launcher is killed. A shared
    file system must support `flock` across machines.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        yield descriptor if _acquire(descriptor, fcntl.LOCK_EX, PATIENCE) else None
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _acquire(descriptor, fcntl.LOCK_SH, 0.0)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, kind: int, patience: float) -> bool:
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
