"""The manifest: the last file that a preparation writes, and the proof that the rest is whole."""

import dataclasses
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from swn_jax.data import store
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SplitIndex
from swn_jax.data.moments import Moments
from swn_jax.errors import SwnError

NAME = "manifest.json"
FORMAT = 2
TOOLS = ("tensorflow-datasets", "array_record", "numpy", "scipy", "soundfile", "soxr")


@dataclass(frozen=True)
class Manifest:
    """What a preparation holds. Mean and std are of the training split, one of all samples or one a coordinate."""

    corpus: str
    version: str
    options: Mapping[str, int | float | str]
    frame: int  # numbers in a frame
    rate: float | None  # rows a second; None without a clock
    chunk: int  # rows of a recording in one record of the files
    counts: Mapping[str, int]  # split -> recordings
    rows: Mapping[str, int]
    seconds: Mapping[str, float]  # empty without a clock
    speakers: Mapping[str, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    digests: Mapping[str, str]  # split -> sha256 of its list of ids
    skipped: Mapping[str, str]  # id -> why it was left out
    notes: tuple[str, ...]
    extra: Mapping[str, Any]  # what drawing and export need
    tools: Mapping[str, str]  # what wrote it, and its version
    files: Mapping[str, int]  # file -> bytes
    ids: Mapping[str, tuple[str, ...]]  # split -> ids, in the order kept
    lengths: Mapping[str, tuple[int, ...]]  # split -> rows of each recording


def measure(corpus: Corpus, index: SplitIndex, folder: Path, options: Mapping, skipped: Mapping[str, str]) -> Manifest:
    """Read a preparation back and describe it, so that what is described is what was written.

    Raises SwnError if the training split is constant.
    """
    domain, frame, rate = corpus.domain, corpus.width(index), corpus.rate or index.rate
    lengths: dict[str, dict[str, int]] = {split: {} for split in corpus.splits}
    speakers: dict[str, set[str]] = {split: set() for split in corpus.splits}
    moments = Moments()
    for split in corpus.splits:
        tail = ("", np.zeros(0))  # frames that are differences reach into the next chunk
        for row in store.source(folder, split):
            rows, name = row["rows"], row["id"].decode()
            lengths[split][name] = lengths[split].get(name, 0) + len(rows)
            speakers[split].add(row["speaker"].decode())
            if split == "train":
                whole = np.concatenate([tail[1], rows]) if tail[0] == name else rows
                moments.add(rows[:, None] if rows.ndim == 1 else domain.frames(whole, frame))
                tail = (name, rows[len(rows) - domain.overlap :])
    mean, std = moments.result()
    if not std.any():
        raise SwnError(f"{corpus.name}: the training split is constant: its recordings hold nothing, copy them again")
    sizes = {split: sum(each.values()) for split, each in lengths.items()}
    return Manifest(
        corpus=corpus.name,
        version=corpus.version,
        options=dict(options),
        frame=frame,
        rate=rate,
        chunk=store.CHUNK,
        counts={split: len(each) for split, each in lengths.items()},
        rows=sizes,
        seconds={split: n / rate for split, n in sizes.items()} if rate else {},
        speakers={split: len(each) for split, each in speakers.items()},
        mean=tuple(mean.tolist()),
        std=tuple(std.tolist()),
        digests=index.digests(),
        skipped=dict(skipped),
        notes=index.notes,
        extra=index.extra,
        tools={"python": platform.python_version()} | {tool: metadata.version(tool) for tool in TOOLS},
        files={file.name: file.stat().st_size for file in sorted(folder.iterdir())},
        ids={split: tuple(each) for split, each in lengths.items()},
        lengths={split: tuple(each.values()) for split, each in lengths.items()},
    )


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
        lists = {key: tuple(content[key]) for key in ("notes", "mean", "std")}
        manifest = Manifest(**content | lists)
        sizes = {name: (folder / name).stat().st_size for name in manifest.files}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return manifest if sizes == dict(manifest.files) else None
