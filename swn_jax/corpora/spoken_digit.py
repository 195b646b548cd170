"""Free Spoken Digit Dataset 1.0.9 (Jackson et al. 2018): six speakers say each of ten digits fifty times, 8 kHz."""

import re
from functools import partial
from pathlib import Path

from swn_jax.data import groups, split_lists
from swn_jax.data.corpus import Corpus
from swn_jax.data.fetch import Fetch, folder, inside
from swn_jax.data.index import SPLITS, Recording, SplitIndex
from swn_jax.domains.speech import sound_folder
from swn_jax.domains.speech.domain import SPEECH
from swn_jax.errors import SwnError, unknown

URL = "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/v1.0.9.tar.gz"
SHA256 = "8bc44cde129d505cbbb6b365c09f80c663f2aa77578afc634e6141a2f87100c0"
RATE = 8000
PART = "recordings"
NAME = re.compile(r"[0-9]_([a-z]+)_(0|[1-9][0-9]{0,5})")  # digit, speaker, number


def index(
    split: str, fetch: Fetch | None = None, manual_dir: Path | None = None, split_file: Path | None = None
) -> SplitIndex:
    """Recordings split by number, by speaker, or as `split_file` lists them.

    Args:
      split: "official": numbers 0 to 4 to test, as the authors do, 5 to 9 of their training part to validate, with all
        speakers in all splits; "speaker": the last speaker by name to test, the last but one to validate.
      fetch: downloads the archive if there is no `manual_dir`.
      manual_dir: the folder of the archive, with the folder `recordings`, or its parent.
      split_file: lines of `part recordings/NAME.wav`, in place of `split`.
    Raises SwnError for names of another form, an empty split, or a list that does not match the folder.
    """
    if split not in ("official", "speaker"):
        raise unknown("split", split, ("official", "speaker"))
    root = inside(folder(manual_dir, fetch, URL, SHA256), PART)
    files, notes = sound_folder.find(root)
    for id, path in files.items():
        if not NAME.fullmatch(id):
            raise SwnError(f"{path}: found another name than wanted, 7_jackson_32.wav: rename or remove it")
    found = sound_folder.recordings(files, RATE, lambda id: id.split("_")[1], label=lambda id: id[0])
    if split_file is None and split == "speaker":
        order = sorted(found.values(), key=lambda recording: recording.speaker)
        divide = partial(groups.shares, group=lambda recording: recording.speaker, where=root)
        return SplitIndex.divided(order, divide, notes=notes)
    splits = _numbered(found, root) if split_file is None else _listed(found, split, split_file)
    return SplitIndex({name: tuple(recordings) for name, recordings in splits.items()}, notes)


def _listed(found: dict[str, Recording], split: str, split_file: Path) -> dict[str, list[Recording]]:
    if split == "speaker":
        raise SwnError(f"{split_file}: found split=speaker too, wanted one way to split: leave one out")
    form = f"{PART}/7_jackson_32.wav"
    return split_lists.listed(split_file, found, key=lambda n: sound_folder.name(n).removeprefix(f"{PART}/"), form=form)


def _numbered(found: dict[str, Recording], root: Path) -> dict[str, list[Recording]]:
    splits: dict[str, list[Recording]] = {name: [] for name in SPLITS}
    for recording in found.values():
        number = int(recording.id.split("_")[2])
        splits["test" if number < 5 else "valid" if number < 10 else "train"].append(recording)
    for name, numbers in (("train", "10 to 49"), ("valid", "5 to 9"), ("test", "0 to 4")):
        if not splits[name]:
            raise SwnError(f"{root}: found no numbers {numbers} for the split {name}: copy the complete corpus")
    return splits


CORPUS = Corpus(
    name="spoken_digit",
    version="1.0.0",
    licence="Creative Commons Attribution-ShareAlike 4.0",
    source="https://github.com/Jakobovski/free-spoken-digit-dataset",
    index=index,
    domain=SPEECH,
    takes=("manual_dir", "split_file"),
    downloads=True,
    options={"split": "official"},
    frame_size=100,
    rate=float(RATE),
    unit="digit",
    counts={"train": 2400, "valid": 300, "test": 300},
)
