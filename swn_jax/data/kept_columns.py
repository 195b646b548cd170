"""The columns of recordings, kept with a prepared corpus: one file for each split."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from swn_jax.data.column_files import Table, path_of
from swn_jax.data.corpus import Corpus
from swn_jax.data.manifest import Manifest
from swn_jax.errors import SwnError


def file_of(folder: Path, split: str) -> Path:
    """The columns of a split, recording after recording."""
    return folder / f"columns-{split}.npy"


def keep(table: Table, corpus: Corpus, manifest: Manifest, folder: Path) -> Manifest:
    """Write the columns into the folder of a corpus; returns its manifest with them.

    Raises:
      SwnError: for a recording that has neither one row nor one for each of its whole frames.
    """
    sound = corpus.domain.shape == ()
    for split, ids in manifest.ids.items():
        for id, length in zip(ids, manifest.lengths[split], strict=True):
            frames, rows = (length - corpus.domain.overlap) // (manifest.frame if sound else 1), len(table.values[id])
            if rows not in (1, frames):
                each = f"whole frame of {manifest.frame} samples" if sound else "frame"
                found = f"found {rows} rows of numbers, wanted 1, or {frames}, one for each {each}"
                raise SwnError(f"{path_of(table.folder, id)}: {found}: write it anew with as many")
        np.save(file_of(folder, split), np.concatenate([table.values[id] for id in ids]))
    sizes = {file.name: file.stat().st_size for file in (file_of(folder, split) for split in manifest.ids)}
    columns = {
        "names": list(table.names),
        "rows": {split: [len(table.values[id]) for id in ids] for split, ids in manifest.ids.items()},
        "digest": digest(table, manifest.ids),
    }
    return dataclasses.replace(manifest, columns=columns, files={**manifest.files, **sizes})


def digest(table: Table, ids: Mapping[str, Sequence[str]]) -> str:
    """The sha256 of names and numbers, in the order of the recordings of each split."""
    found = hashlib.sha256(repr(table.names).encode())
    for own in ids.values():
        for id in own:
            found.update(repr(table.values[id].shape).encode() + np.ascontiguousarray(table.values[id]).tobytes())
    return found.hexdigest()


def kept(folder: Path, manifest: Manifest, split: str, number: int) -> Float[np.ndarray, "_ C"]:
    """The columns of a recording: one row, or one for each frame."""
    rows = manifest.columns["rows"][split]
    start = sum(rows[:number])
    return np.array(np.load(file_of(folder, split), mmap_mode="r")[start : start + rows[number]])
