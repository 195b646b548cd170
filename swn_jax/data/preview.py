"""Preview of the training data: crops scaled as for training, and back."""

from pathlib import Path

import numpy as np

from swn_jax.data import crops
from swn_jax.data.prepared import Prepared
from swn_jax.errors import SwnError


def preview(prepared: Prepared, path: Path | str, count: int = 6) -> None:
    """Draw `count` recordings from across the training split into a PNG; raises SwnError if it cannot be written."""
    split, domain = prepared.split("train"), prepared.corpus.domain
    rows = {}
    for number in np.unique(np.linspace(0, len(split) - 1, count).round().astype(int)):
        frames = min(split.counts[number] - domain.given, domain.preview_frames)
        crop = np.array([[number, domain.given, domain.given + frames]])
        batch = crops.assemble(prepared, split, crop, frames, 1)
        shown = np.concatenate([batch.before, batch.x[0]][1 - domain.given :])
        rows[split.ids[number]] = prepared.rows(shown, split.start(int(number), 0))
    try:
        domain.draw(path, rows, prepared.manifest.rate, prepared.manifest.extra)
    except OSError as error:
        raise SwnError(f"{path}: cannot be written ({error.strerror}): give another --preview") from error
