"""A folder of pen trajectories in any supported format."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from swn_jax.data import split_lists
from swn_jax.data.by_time import NOTE, by_time
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SPLITS, Divide, Recording, SplitIndex
from swn_jax.data.natural import natural
from swn_jax.domains.ink import folder, omniglot
from swn_jax.domains.ink.domain import INK, WIDTH
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import with_ends, with_first_dot
from swn_jax.errors import SwnError, unknown

WAYS = ("writer", "drawing", "time")


def index(manual_dir: Path, y: str, by: str, end: int, split_file: Path | None = None) -> SplitIndex:
    """The drawings of a folder in natural order, split by a list, or else as `by` says.

    Args:
      manual_dir: the folder.
      y: "down" or "up", the direction of y in .inkml and JSON; the other formats define it. A channel of InkML with the
        orientation -ve grows the other way.
      by: "writer": each writer is in one split; "drawing": each drawing; "time": each drawing is in all splits, its
        beginning to train and its end to test.
      end: 1 to mark the ends of drawings, else 0.
      split_file: lines of `part path`, the path below the folder of a file, a folder, ZIP:MEMBER or JSONL:ID.
    Drawers of Omniglot: 1-14 train, 15-17 validate, 18-20 test; other writers, sorted, and drawings: 90/5/5 %.
    Raises SwnError for a folder without drawings or with several formats and no list, and for duplicate names.
    """
    for name, value, known in (("y", y, ("down", "up")), ("by", by, WAYS)):
        if value not in known:
            raise SwnError(f"ink: {unknown(name, value, known)}: change {name}")
    divided = _index(*folder.find(manual_dir, y == "down"), manual_dir, by, split_file)
    dotted = {split: tuple(map(_dotted, found)) for split, found in divided.splits.items()}
    return with_ends(divided._replace(splits=dotted), end, "ink")


def _dotted(recording: Recording) -> Recording:
    """The drawing with its dot kept where it begins with one; each is read as one block."""
    return recording._replace(read=lambda: [with_first_dot(block) for block in recording.read()])


def _index(
    found: Mapping[str, list[Entry]], notes: tuple[str, ...], where: Path, by: str, split_file: Path | None
) -> SplitIndex:
    entries = sorted((entry for group in found.values() for entry in group), key=lambda e: natural(e.recording.id))
    twice = [id for id, n in Counter(entry.recording.id for entry in entries).items() if n > 1]
    if twice:
        raise SwnError(f"{where}: found two drawings with the name {twice[0]}: rename or remove one")
    if split_file:
        if by != "writer":
            raise SwnError(f"{split_file}: found by={by} too, wanted one way to split: leave one of them out")
        return SplitIndex(_listed(split_file, entries), notes)
    formats = sorted(filter(None, found))
    if len(formats) > 1:
        raise SwnError(f"{where}: found {' and '.join(formats)}, wanted one format: give a --split_file")
    recordings = [entry.recording for entry in entries]
    if by == "time":
        splits = by_time(recordings)
        return SplitIndex({split: tuple(pieces) for split, pieces in splits.items()}, (*notes, NOTE))
    if by == "writer" and "Omniglot" in found:
        return SplitIndex(_parted(recordings, omniglot.part), notes)
    return SplitIndex.divided(recordings, _divide(by, where), notes=notes)


def _listed(split_file: Path, entries: list[Entry]) -> dict[str, tuple[Recording, ...]]:
    known: dict[str, list[Recording]] = {}
    for path, recording in entries:
        for i in [*(i for i, letter in enumerate(path) if letter in "/:"), len(path)]:
            known.setdefault(path[:i], []).append(recording)
    parts = split_lists.listed(split_file, known, key=lambda name: name.removeprefix("./").rstrip("/"))
    splits = {part: tuple(recording for group in named for recording in group) for part, named in parts.items()}
    counts = Counter(recording.id for recordings in splits.values() for recording in recordings)
    twice = [id for id, n in counts.items() if n > 1]
    if twice:
        raise SwnError(f"{split_file}: found {twice[0]} twice, by itself and with its folder: remove one of the lines")
    return splits


def _divide(by: str, where: Path) -> Divide:
    def divide(found: Sequence[Recording]) -> dict[str, Sequence[Recording]]:
        recordings = sorted(found, key=lambda recording: natural(recording.id))
        if by == "drawing":
            remedy = "add some, or divide each by time with --option=by=time"
            return dict(split_lists.shares(recordings, where, remedy=remedy))
        names = sorted({recording.speaker for recording in recordings}, key=natural)
        remedy = "add writers, or divide their drawings with --option=by=drawing or --option=by=time"
        parts = split_lists.shares(names, where, remedy=remedy)
        part = {name: part for part, chosen in parts.items() for name in chosen}
        return dict(_parted(recordings, lambda recording: part[recording.speaker]))

    return divide


def _parted(recordings: list[Recording], part: Callable[[Recording], str]) -> dict[str, tuple[Recording, ...]]:
    splits: dict[str, list[Recording]] = {split: [] for split in SPLITS}
    for recording in recordings:
        splits[part(recording)].append(recording)
    return {split: tuple(chosen) for split, chosen in splits.items()}


CORPUS = Corpus(
    name="ink",
    version="1.1.0",
    licence="that of the files",
    source="your own: a folder of pen trajectories",
    index=index,
    domain=INK,
    needs=("manual_dir",),
    takes=("split_file",),
    options={"y": "down", "by": "writer", "end": 0},
    frame_size=WIDTH,
    unit="drawing",
)
