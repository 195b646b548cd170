"""Fixtures for tests of sound: small files with headers written by hand, folders laid out as the corpora are."""

import itertools
import os
import struct
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from swn_jax.corpora import open_corpus, prepare
from swn_jax.data import Prepared

WHO, DIGITS = ("george", "lucas", "theo"), ("0", "3", "9")
SPEAKERS = [f"dr{i % 8 + 1}-{sex}abc{i}" for i, sex in enumerate("fmfmfmfmfmfm")]


def speech(n: int, seed: int = 0) -> np.ndarray:
    """Int16 noise of n samples."""
    return np.random.RandomState(seed).randint(-900, 900, n).astype(np.int16)


def write_sphere(path: Path, samples: np.ndarray, **fields: str) -> Path:
    """A NIST SPHERE file; `fields` replace header lines, as sample_count="-i 7"."""
    header = {
        "channel_count": "-i 1",
        "sample_count": f"-i {len(samples)}",
        "sample_rate": "-i 16000",
        "sample_n_bytes": "-i 2",
        "sample_byte_format": "-s2 01",
        "sample_sig_bits": "-i 16",
    } | fields
    text = "NIST_1A\n   1024\n" + "".join(f"{key} {value}\n" for key, value in header.items()) + "end_head\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode().ljust(1024, b" ") + samples.astype("<i2").tobytes())
    return path


def write_riff(path: Path, samples: np.ndarray, rate: int = 16000, channels: int = 1) -> Path:
    """A RIFF file of the samples' own type, int16 or float32."""
    kind, width = (3, 4) if samples.dtype == np.float32 else (1, 2)
    data = samples.tobytes()
    unit = channels * width
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * unit, unit, 8 * width)
    body = b"WAVE" + b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def write_flat(root: Path, sentences: tuple[str, ...] = ("sa1", "si2")) -> Path:
    """A flat copy of TIMIT with twelve speakers, every recording another."""
    for i, speaker in enumerate(SPEAKERS):
        for j, sentence in enumerate(sentences):
            write_sphere(root / speaker / f"{sentence}.wav", speech(900 + 37 * i + 11 * j, seed=10 * i + j))
    return root


def write_list(path: Path, train: int = 8) -> Path:
    """A list for `write_flat`: the first `train` speakers train, the next two valid, the rest test."""
    parts = ["train"] * train + ["valid"] * 2 + ["test"] * (len(SPEAKERS) - train - 2)
    lines = [f"{part} {who}/{what}.wav\n" for part, who in zip(parts, SPEAKERS, strict=True) for what in ("sa1", "si2")]
    path.write_text("".join(lines))
    return path


@pytest.fixture(scope="session")
def make():
    """The writers above, for tests that need files of their own."""
    return SimpleNamespace(speech=speech, sphere=write_sphere, riff=write_riff, flat=write_flat, list=write_list)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A small flat copy of TIMIT, prepared from a list: lengths are no multiples of a frame."""
    root = tmp_path_factory.mktemp("small")
    prepare("timit", root / "data", manual_dir=write_flat(root / "flat"), split_file=write_list(root / "list.txt"))
    return open_corpus("timit/listed", root / "data")


@pytest.fixture(scope="session")
def sample():
    """The folder of the real TIMIT sample."""
    folder = Path(os.environ.get("SWN_DATA", "")) / "timit_sample"
    if "SWN_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("SWN_DATA names no folder with timit_sample, the real recordings")
    return folder


def write_sound(path: Path, n: int = 400, rate: int = 16000, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.random.RandomState(seed).randint(-900, 900, n).astype(np.int16), rate)
    return path


def spoken_digits(root: Path) -> Prepared:
    """Noise under the names of spoken digits, prepared into the folder `data`: all voices and digits in each split."""
    names = [f"{d}_{who}_{n}.wav" for d, who, n in itertools.product(DIGITS, WHO, (0, 7, 10, 11))]
    for seed, name in enumerate(names):
        write_sound(root / "recordings" / name, 400 + 7 * seed, 8000, seed)
    prepare("spoken_digit", root / "data", manual_dir=root)
    return open_corpus("spoken_digit", root / "data")


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
