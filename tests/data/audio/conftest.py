"""Folders of small sound files laid out as the corpora are, and the real ones where SWN_DATA names them."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile


def write_sound(path: Path, n: int = 400, rate: int = 16000, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.random.RandomState(seed).randint(-900, 900, n).astype(np.int16), rate)
    return path


@pytest.fixture(scope="session")
def sounds():
    """`sounds(root, names, rate)` writes a file of noise for each name, every one another."""

    def write(root: Path, names: list[str], rate: int = 16000) -> Path:
        for seed, name in enumerate(names):
            write_sound(root / name, 400 + 7 * seed, rate, seed)
        return root

    return write


@pytest.fixture(scope="session")
def ids():
    """The ids of an index by split."""
    return lambda index: {split: [recording.id for recording in parts] for split, parts in index.splits.items()}


@pytest.fixture(scope="session")
def real():
    """`real(name)` is a folder of real recordings."""

    def folder(name: str) -> Path:
        found = Path(os.environ.get("SWN_DATA", "")) / name
        if "SWN_DATA" not in os.environ or not found.is_dir():
            pytest.skip(f"SWN_DATA names no folder with {name}, the real recordings")
        return found

    return folder
