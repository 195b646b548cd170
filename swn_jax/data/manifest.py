"""The manifest of a prepared corpus: written last, so that its presence proves the rest is complete."""

import dataclasses
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from swn_jax import atomic
from swn_jax.data import chunks, store
from swn_jax.data.condition import Names
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SplitIndex
from swn_jax.data.moments import Moments
from swn_jax.errors import SwnError
from swn_jax.sealed import opened, sealed

NAME = "manifest.json"
FORMAT = 2
TOOLS = ("tensorflow-datasets", "array_record", "numpy", "scipy", "soundfile", "soxr")


@dataclass(frozen=True)
class Manifest:
    """Facts about a prepared corpus. Mean and std are of the training split, over all samples or per column."""

    corpus: str
    version: str
    options: Mapping[str, int | float | str]
    frame: int  # the corpus' own frame size; `Prepared.frame_size` is the one that readers use
    rate: float | None  # rows per second; None without a clock
    chunk: int  # rows per record of the files
    counts: Mapping[str, int]  # split -> recordings
    rows: Mapping[str, int]
    seconds: Mapping[str, float]  # empty without a clock
    speakers: Mapping[str, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    digests: Mapping[str, str]  # split -> sha256 of its list of ids
    skipped: Mapping[str, str]  # id -> why it was left out
    notes: tuple[str, ...]
    extra: Mapping[str, Any]  # what frames, drawing and export need
    tools: Mapping[str, str]  # versions of the packages that wrote it
    files: Mapping[str, int]  # file -> bytes
    ids: Mapping[str, tuple[str, ...]]  # split -> ids, in stored order
    lengths: Mapping[str, tuple[int, ...]]  # split -> rows of each recording
    names: Names = field(default_factory=dict)  # speaker, label, text -> split -> that of each recording
    columns: Mapping[str, Any] = field(default_factory=dict)  # of files beside recordings: names, rows, digest; newest


def measure(corpus: Corpus, index: SplitIndex, folder: Path, options: Mapping, skipped: Mapping[str, str]) -> Manifest:
    """The manifest of the files in `folder`, read back so that it describes what was really written.

    Raises SwnError if the training split is constant.
    """
    domain, frame, rate = corpus.domain, corpus.width(index), corpus.rate or index.rate
    lengths: dict[str, dict[str, int]] = {split: {} for split in corpus.splits}
    speakers: dict[str, set[str]] = {split: set() for split in corpus.splits}
    moments = Moments()
    for split in corpus.splits:
        tail = ("", np.zeros(0))  # of the chunk before: frames that are differences span two chunks
        for row in store.source(folder, split):
            rows, name = row["rows"], row["id"].decode()
            lengths[split][name] = lengths[split].get(name, 0) + len(rows)
            speakers[split].add(row["speaker"].decode())
            if split == "train":
                overlapping = np.concatenate([tail[1], rows]) if tail[0] == name else rows
                moments.add(rows[:, None] if rows.ndim == 1 else domain.frames(overlapping, frame, index.extra))
                tail = (name, rows[len(rows) - domain.overlap :])
    mean, std = moments.result()
    if not std.any():
        raise SwnError(
            f"{corpus.name}: found a constant training split, wanted rows that vary: copy the recordings again"
        )
    sizes = {split: sum(counts.values()) for split, counts in lengths.items()}
    return Manifest(
        corpus=corpus.name,
        version=corpus.version,
        options=dict(options),
        frame=frame,
        rate=rate,
        chunk=chunks.CHUNK,
        counts={split: len(counts) for split, counts in lengths.items()},
        rows=sizes,
        seconds={split: n / rate for split, n in sizes.items()} if rate else {},
        speakers={split: len(names) for split, names in speakers.items()},
        mean=tuple(mean.tolist()),
        std=tuple(std.tolist()),
        digests=index.digests(),
        skipped=dict(skipped),
        notes=index.notes,
        extra=index.extra,
        tools={"python": platform.python_version()} | {tool: metadata.version(tool) for tool in TOOLS},
        files={file.name: file.stat().st_size for file in sorted(folder.iterdir())},
        ids={split: tuple(counts) for split, counts in lengths.items()},
        lengths={split: tuple(counts.values()) for split, counts in lengths.items()},
        names=names_of(index, {split: tuple(counts) for split, counts in lengths.items()}),
    )


def names_of(index: SplitIndex, ids: Mapping[str, Sequence[str]]) -> Names:
    """What a corpus says of each recording, by kind and split: its speaker, its label, its text.

    A kind that some lack is left out, but texts stay where some are known.
    """
    found = {each.id: each for recordings in index.splits.values() for each in recordings}
    kinds = {
        kind: {split: tuple(getattr(found[id], kind) for id in own) for split, own in ids.items()}
        for kind in ("speaker", "label", "text")
    }
    whole = {kind: any if kind == "text" else all for kind in kinds}
    return {kind: names for kind, names in kinds.items() if whole[kind](each for own in names.values() for each in own)}


def save(manifest: Manifest, folder: Path) -> None:
    """Write the manifest into `folder` atomically."""
    atomic.write_text(folder / NAME, json.dumps(sealed({"format": FORMAT} | dataclasses.asdict(manifest)), indent=1))


def load(folder: Path) -> Manifest | None:
    """The manifest in `folder`; None if it is missing or damaged, or a file it names is missing or has another size."""
    try:
        content = opened((folder / NAME).read_text())
        if content.pop("format") != FORMAT:
            return None
        for key in ("ids", "lengths"):
            content[key] = {split: tuple(values) for split, values in content[key].items()}
        names = content.get("names", {})
        content["names"] = {kind: {key: tuple(value) for key, value in own.items()} for kind, own in names.items()}
        lists = {key: tuple(content[key]) for key in ("notes", "mean", "std")}
        manifest = Manifest(**content | lists)
        sizes = {name: (folder / name).stat().st_size for name in manifest.files}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return manifest if sizes == dict(manifest.files) else None
