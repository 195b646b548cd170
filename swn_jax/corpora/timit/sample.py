"""The free sample of TIMIT: sixteen speakers, for non-commercial use, distributed by the NLTK project."""

from functools import partial
from pathlib import Path

from swn_jax.corpora.timit.tree import NESTINGS, File, find, parse
from swn_jax.data import groups, split_lists
from swn_jax.data.corpus import Corpus
from swn_jax.data.fetch import Fetch, folder
from swn_jax.data.index import SPLITS, Recording, SplitIndex
from swn_jax.domains.speech import audio
from swn_jax.domains.speech.domain import SPEECH
from swn_jax.errors import SwnError

# The project repacks the archive from time to time, so there is no checksum.
URL = "https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/packages/corpora/timit.zip"
RATE = 16000
HELD = {"dr2/faem0": "valid", "dr6/mbma1": "valid", "dr3/madc0": "test", "dr8/fbcg1": "test"}


def index(
    split: str = "speaker",
    fetch: Fetch | None = None,
    manual_dir: Path | None = None,
    split_file: Path | None = None,
) -> SplitIndex:
    """A woman and a man to validate, two more to test, the other speakers to train; or as `split_file` lists them.

    With split="sentence" all speakers are in all splits: of the ten sentences of each, eight to train.
    Raises SwnError if there is no copy of TIMIT, one of the four speakers is missing, or a list does not match.
    """
    root = folder(manual_dir, fetch, URL, None)
    groups.check(split, split_file)
    files, notes = find(root)
    if split == "sentence":
        divide = partial(groups.within, group=lambda recording: recording.speaker, where=root)
        return SplitIndex.divided(map(_recording, files.values()), divide, notes=notes)
    splits = (
        _held(root, files) if split_file is None else split_lists.listed(split_file, files, key=_key, form=NESTINGS)
    )
    return SplitIndex({name: tuple(map(_recording, parts)) for name, parts in splits.items()}, notes)


def _held(root: Path, files: dict[str, File]) -> dict[str, list[File]]:
    splits: dict[str, list[File]] = {split: [] for split in SPLITS}
    missing = set(HELD)
    for file in files.values():
        name = f"{file.dialect}/{file.speaker}"
        missing.discard(name)
        splits[HELD.get(name, "train")].append(file)
    if missing or not splits["train"]:
        wanted = min(missing, default="speakers to train")
        raise SwnError(f"{root}: found no {wanted}, wanted the sample's sixteen speakers: copy it again from {URL}")
    return splits


def _key(name: str) -> str | None:
    file = parse(name)
    return file.id if file else None


def _recording(file: File) -> Recording:
    return Recording(file.id, file.speaker, lambda: [audio.read(file.path, RATE)], file.path)


CORPUS = Corpus(
    name="timit_sample",
    version="1.0.0",
    licence="Creative Commons Attribution-NonCommercial-ShareAlike: not for commerce",
    source="https://www.nltk.org/nltk_data/",
    index=index,
    domain=SPEECH,
    takes=("manual_dir", "split_file"),
    downloads=True,
    options={"split": "speaker"},
    frame_size=200,
    rate=float(RATE),
    counts={"train": 120, "valid": 20, "test": 20},
)
