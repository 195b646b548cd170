"""What makes an index unfit to be prepared: a split without recordings, a name twice, a file in two splits."""

from pathlib import Path

from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SplitIndex
from swn_jax.errors import SwnError


def check(corpus: Corpus, index: SplitIndex) -> None:
    """Raise SwnError for an empty split, a duplicate id, or a file in two splits."""
    ids: dict[str, str] = {}
    files: dict[Path, tuple[str, str]] = {}
    for split in corpus.splits:
        if not index.splits.get(split):
            raise SwnError(
                f"{corpus.name}: found no recording for {split}, wanted one or more: add some, or give another list"
            )
        for recording in index.splits[split]:
            if recording.id in ids:
                raise SwnError(
                    f"{corpus.name}: found {recording.id} twice ({ids[recording.id]}, {split}): "
                    "rename one of them, or remove it"
                )
            ids[recording.id] = split
            if recording.file is not None:
                other, first = files.setdefault(recording.file.resolve(), (split, recording.id))
                if other != split:
                    raise SwnError(
                        f"{recording.file}: found in two splits, as {first} ({other}) and {recording.id} ({split}): "
                        "remove it from one of them"
                    )
