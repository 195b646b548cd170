"""The manifest: the last file that a preparation writes, and the proof that the rest is whole."""

import dataclasses
import json
import math
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from swn_jax.data.builder import source
from swn_jax.data.record import Corpus, Plan
from swn_jax.errors import SwnError

NAME = "manifest.json"
FORMAT = 1
TOOLS = ("tensorflow-datasets", "array_record", "numpy", "scipy", "soundfile")


@dataclass(frozen=True)
class Manifest:
    """What a preparation holds. Mean and std are over the raw training signal, in 16-bit units."""

    corpus: str
    version: str
    rate: int  # Hz
    counts: Mapping[str, int]  # split -> recordings
    samples: Mapping[str, int]
    seconds: Mapping[str, float]
    speakers: Mapping[str, int]
    mean: float
    std: float
    digests: Mapping[str, str]  # split -> sha256 of its list of ids
    notes: tuple[str, ...]
    tools: Mapping[str, str]  # what wrote it, and its version
    files: Mapping[str, int]  # file -> bytes
    ids: Mapping[str, tuple[str, ...]]  # split -> ids, in the order kept
    lengths: Mapping[str, tuple[int, ...]]  # split -> samples of each recording


def measure(corpus: Corpus, plan: Plan, folder: Path) -> Manifest:
    """Read a preparation back and describe it, so that what is described is what was written.

    The sums are of integers and exact. Raises SwnError if the training signal is constant.
    """
    ids, lengths, speakers = {}, {}, {}
    total = squares = 0
    for split in corpus.splits:
        rows = []
        for row in source(folder, split):
            audio = row["audio"]
            rows.append((row["id"].decode(), row["speaker"].decode(), len(audio)))
            if split == "train":
                total += int(audio.sum(dtype=np.int64))
                squares += int(np.square(audio, dtype=np.int64).sum())
        ids[split], names, lengths[split] = zip(*rows, strict=True)
        speakers[split] = len(set(names))
    samples = {split: sum(each) for split, each in lengths.items()}
    mean, std = _moments(samples["train"], total, squares)
    if std == 0:
        raise SwnError(
            f"{corpus.name}: the training signal is constant: its recordings hold no speech, copy them again"
        )
    return Manifest(
        corpus=corpus.name,
        version=corpus.version,
        rate=corpus.rate,
        counts={split: len(each) for split, each in lengths.items()},
        samples=samples,
        seconds={split: n / corpus.rate for split, n in samples.items()},
        speakers=speakers,
        mean=mean,
        std=std,
        digests=plan.digests(),
        notes=plan.notes,
        tools={"python": platform.python_version()} | {tool: metadata.version(tool) for tool in TOOLS},
        files={file.name: file.stat().st_size for file in sorted(folder.iterdir())},
        ids=ids,
        lengths=lengths,
    )


def _moments(n: int, total: int, squares: int) -> tuple[float, float]:
    """Mean and standard deviation (divisor n) from exact integer sums."""
    return total / n, math.sqrt((n * squares - total * total) / (n * n))


def save(manifest: Manifest, folder: Path) -> None:
    """Put the manifest into `folder` in one step: it is there whole, or not at all."""
    part = folder / f"{NAME}.part"
    with part.open("w") as file:
        json.dump({"format": FORMAT} | dataclasses.asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, folder / NAME)


def load(folder: Path) -> Manifest | None:
    """The manifest of a whole preparation; None where there is none or a file that it names is not as written."""
    try:
        content = json.loads((folder / NAME).read_text())
        if content.pop("format") != FORMAT:
            return None
        for key in ("ids", "lengths"):
            content[key] = {split: tuple(each) for split, each in content[key].items()}
        manifest = Manifest(**content | {"notes": tuple(content["notes"])})
        sizes = {name: (folder / name).stat().st_size for name in manifest.files}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return manifest if sizes == dict(manifest.files) else None
