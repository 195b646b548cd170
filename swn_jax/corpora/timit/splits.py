"""Three ways to split TIMIT: the published protocol, a list from a file, and by speaker."""

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from swn_jax.corpora.timit.tree import NESTINGS, File, find, parse
from swn_jax.data import split_lists
from swn_jax.data.index import SPLITS, Recording, SplitIndex
from swn_jax.domains.speech import audio
from swn_jax.errors import SwnError

COUNTS = {"train": 4389, "valid": 231, "test": 1680}
TRAIN = COUNTS["train"] + COUNTS["valid"]
RATE = 16000
SORTED = (
    "the published validation list follows the file order of one machine; here the names are sorted first: "
    "for the exact list, give it with --split_file"
)


def classic(manual_dir: Path) -> SplitIndex:
    """TRAIN with a twentieth set aside for validation, and TEST (Fraccaro et al. 2016): 4389/231/1680.

    Raises SwnError, with what is missing, if the folders do not hold the complete corpus.
    """
    files, notes = find(manual_dir)
    parts = {part: [file for file in files.values() if file.part == part] for part in ("train", "test")}
    _check_whole(manual_dir, parts)
    order = shuffled(parts["train"])
    valid = int(0.05 * len(order))
    return _index({"train": order[valid:], "valid": order[:valid], "test": parts["test"]}, (*notes, SORTED))


def shuffled(items: Iterable, seed: int = 1234) -> list:
    """random.shuffle of Python 2, on which the protocol depends; that of Python 3 gives another order."""
    items, draw = list(items), random.Random(seed).random
    for i in reversed(range(1, len(items))):
        j = int(draw() * (i + 1))
        items[i], items[j] = items[j], items[i]
    return items


def _check_whole(manual_dir: Path, parts: dict[str, list[File]]) -> None:
    other = "for another copy use --dataset=timit/speakers, or give a list with --split_file"
    for part, wanted in (("train", TRAIN), ("test", COUNTS["test"])):
        files = parts[part]
        if not files:
            raise SwnError(f"{manual_dir}: found no folder {part.upper()} with recordings: {other}")
        if len(files) != wanted:
            counts = Counter(f"{file.dialect}/{file.speaker}" for file in files)
            short = [f"{speaker} has {n} of 10" for speaker, n in counts.items() if n != 10]
            missing = f"{len(counts)} of {wanted // 10} speakers" + "".join(f", {speaker}" for speaker in short[:3])
            found = f"found {len(files)} recordings, wanted {wanted}"
            raise SwnError(f"{manual_dir}: {part.upper()} is not complete: {found} ({missing}): copy it again; {other}")


def listed(manual_dir: Path, split_file: Path) -> SplitIndex:
    """The splits in `split_file`, in its order: lines of `part path`, # for comments.

    Raises SwnError, with the line, for a missing or duplicate recording, and for an unknown or empty part.
    """
    files, notes = find(manual_dir)

    def key(name: str) -> str | None:
        file = parse(name)
        return file.id if file else None

    return _index(split_lists.listed(split_file, files, key=key, form=NESTINGS), notes)


def speakers(manual_dir: Path) -> SplitIndex:
    """Disjoint speakers: of every ten, sorted by dialect and name, eight train, one validates, one tests.

    Raises SwnError if there are fewer than ten speakers.
    """
    files, notes = find(manual_dir)
    names = sorted({(file.dialect, file.speaker) for file in files.values()})
    if len(names) < 10:
        raise SwnError(f"{manual_dir}: found {len(names)} speakers, wanted 10 or more: give a list with --split_file")
    split_of = {name: {4: "valid", 9: "test"}.get(i % 10, "train") for i, name in enumerate(names)}
    splits: dict[str, list[File]] = {split: [] for split in SPLITS}
    for file in files.values():
        splits[split_of[file.dialect, file.speaker]].append(file)
    return _index(splits, notes)


def _index(splits: dict[str, list[File]], notes: tuple[str, ...]) -> SplitIndex:
    def recording(file: File) -> Recording:
        return Recording(file.id, file.speaker, lambda: [audio.read(file.path, RATE)], file.path)

    return SplitIndex({split: tuple(map(recording, files)) for split, files in splits.items()}, notes)
