"""LJ Speech 1.1 (Ito and Johnson 2017): 13100 passages of seven books, 24 hours by one reader."""

import re
from functools import partial
from pathlib import Path

from swn_jax.data import groups, split_lists
from swn_jax.data.corpus import Corpus
from swn_jax.data.fetch import Fetch, folder, inside
from swn_jax.data.index import SplitIndex
from swn_jax.domains.speech import sound_folder
from swn_jax.domains.speech.domain import SPEECH
from swn_jax.errors import SwnError

URL = "https://data.keithito.com/data/speech/LJSpeech-1.1.tar.bz2"
SHA256 = "be1a30453f28eb8dd26af4101ae40cbf2c50413b1bb21936cbcdc6fae3de8aa5"
RATE = 16000  # resampled from 22050 Hz
PART = "wavs"
NAME = re.compile(r"(LJ[0-9]{3})-[0-9]{4}")  # chapter, passage


def index(fetch: Fetch | None = None, manual_dir: Path | None = None, split_file: Path | None = None) -> SplitIndex:
    """Whole chapters in order, split 90/5/5 % (46, 2 and 2 of 50), or as `split_file` lists passages.

    Args:
      fetch: downloads the archive if there is no `manual_dir`.
      manual_dir: the folder of the archive, with the folder `wavs`, or its parent.
      split_file: lines of `part wavs/NAME.wav`, in place of shares.
    Raises SwnError for names of another form, fewer than three chapters, or a list that does not match the folder.
    """
    root = inside(folder(manual_dir, fetch, URL, SHA256), PART)
    files, notes = sound_folder.find(root)
    for id, path in files.items():
        if not NAME.fullmatch(id):
            raise SwnError(f"{path}: found another name than wanted, LJ001-0001.wav: rename or remove it")
    found = sound_folder.recordings(files, RATE, lambda id: "LJ")
    if split_file is None:
        divide = partial(groups.shares, group=lambda recording: recording.id.split("-")[0], where=root)
        return SplitIndex.divided(found.values(), divide, notes=notes)
    form = f"{PART}/LJ001-0001.wav"
    splits = split_lists.listed(
        split_file, found, key=lambda n: sound_folder.name(n).removeprefix(f"{PART}/"), form=form
    )
    return SplitIndex({split: tuple(recordings) for split, recordings in splits.items()}, notes)


CORPUS = Corpus(
    name="ljspeech",
    version="1.0.0",
    licence="public domain",
    source="https://keithito.com/LJ-Speech-Dataset",
    index=index,
    domain=SPEECH,
    takes=("manual_dir", "split_file"),
    downloads=True,
    frame_size=200,
    rate=float(RATE),
    unit="half-second segment",
    segment=40,
)
