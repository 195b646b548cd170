"""A corpus of lines whose frames tell from which line and place they are."""

import numpy as np

from swn_jax.data import manifest as manifests
from swn_jax.data.corpus import Corpus
from swn_jax.data.domain import Domain
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.prepared import Prepared
from swn_jax.data.store import write

LENGTHS = [7, 30, 12, 100, 41, 9, 55, 23, 23, 64, 17, 80, 3, 36]  # frames


def lines(folder, given, overlap):
    """Frames (line, frame + 1); on disk their sums, of which a line has one more, if frames are differences."""

    def recording(i, n):
        frames = np.stack([np.full(n, i + 1.0), np.arange(1.0, n + 1)], 1)
        start = np.zeros((overlap, 2))
        rows = np.concatenate([start, frames.cumsum(0)]) if overlap else frames
        return Recording(f"line{i}", f"hand{i}", lambda: [rows.astype(np.float32)])

    made = [recording(i, n) for i, n in enumerate([*LENGTHS, 50, 60])]
    index = SplitIndex({"train": tuple(made[:-2]), "valid": (made[-2],), "test": (made[-1],)})
    domain = Domain(
        name="ink", dtype=np.float32, shape=(None,), overlap=overlap, given=given, joined=False,
        frames=lambda rows, *_: np.diff(rows.astype(np.float64), axis=0) if overlap else rows.astype(np.float64),
        rows=lambda frames, *_: frames, scalings={"half": lambda mean, std: (0 * mean, 0 * std + 2.0)},
        draw=lambda: None, write=lambda: None, measure=lambda: None, gap=lambda: None, gap_unit="", preview_frames=10,
    )  # fmt: skip
    corpus = Corpus("lines", "1.0.0", "", "", lambda: index, domain, frame_size=2)
    path = write(corpus, index, folder)
    return Prepared(corpus, manifests.measure(corpus, index, path, {}, {}), path, "half", 2)
