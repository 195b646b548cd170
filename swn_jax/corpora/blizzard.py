"""Blizzard Challenge 2013: hours of audiobooks by one reader; also works for any recordings of one voice."""

from pathlib import Path

from swn_jax.data import split_lists
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import SplitIndex
from swn_jax.domains.speech import sound_folder
from swn_jax.domains.speech.domain import SPEECH

RATE = 16000
FEW = "add some, or divide each by time with --dataset=speech_folder --option=by=time"
INNER = "unsegmented"  # the folder of whole chapters in the published archive

# Lai et al. 2018, table 1: mean nats per half-second segment; all but RNN and WaveNet are lower bounds.
PUBLISHED = {
    "RNN": 7413.0,
    "VRNN": 9392.0,
    "SRNN": 11991.0,
    "Z-forcing": 14226.0,
    "Z-forcing + aux": 15024.0,
    "WaveNet": -5777.0,
    "SWaveNet": 15708.0,
}


def index(manual_dir: Path, split_file: Path | None = None) -> SplitIndex:
    """Recordings in natural order of their names, split 90/5/5 %, or as `split_file` lists them.

    Raises SwnError for a folder with fewer than three sound files, or a list that does not match it.
    """
    root = manual_dir / INNER if (manual_dir / INNER).is_dir() else manual_dir
    files, notes = sound_folder.find(root)
    found = sound_folder.recordings(files, RATE, lambda id: "reader")
    if split_file is None:
        return SplitIndex.divided(found.values(), lambda left: split_lists.shares(left, root, remedy=FEW), notes=notes)
    splits = split_lists.listed(split_file, found, key=sound_folder.name, form=sound_folder.FORM)
    return SplitIndex({split: tuple(recordings) for split, recordings in splits.items()}, notes)


CORPUS = Corpus(
    name="blizzard",
    version="1.0.0",
    licence="Lessac Technologies' licence for the Blizzard Challenge 2013, to be signed",
    source="https://www.cstr.ed.ac.uk/projects/blizzard/2013/lessac_blizzard2013/",
    index=index,
    domain=SPEECH,
    needs=("manual_dir",),
    takes=("split_file",),
    frame_size=200,
    rate=float(RATE),
    unit="half-second segment",
    segment=40,
    published=PUBLISHED,
    std=3117.59272379,  # stated by the VRNN code base for the training rows of the published split
)
