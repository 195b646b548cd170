"""CSTR VCTK 0.92 (Yamagishi et al. 2019): 110 speakers of English, about 400 sentences each, two microphones.

Sentences without a transcript are included; p280 and p315 have no recordings by the second microphone.
"""

import re
from functools import partial
from pathlib import Path

from swn_jax.data import groups, split_lists
from swn_jax.data.corpus import Corpus
from swn_jax.data.fetch import Fetch, folder, inside
from swn_jax.data.index import SplitIndex
from swn_jax.domains.speech import sound_folder
from swn_jax.domains.speech.domain import SPEECH
from swn_jax.errors import SwnError, unknown

URL = "https://datashare.is.ed.ac.uk/bitstream/handle/10283/3443/VCTK-Corpus-0.92.zip"
SHA256 = "f96258be9fdc2cbff6559541aae7ea4f59df3fcaf5cf963aae5ca647357e359c"
RATE = 16000  # resampled from 48000 Hz
PART = "wav48_silence_trimmed"
NAME = re.compile(r"(?P<speaker>[ps][0-9]+)/(?P<id>(?P=speaker)_[0-9]+)_(?P<mic>mic[12])")


def index(
    mic: str,
    split: str = "speaker",
    fetch: Fetch | None = None,
    manual_dir: Path | None = None,
    split_file: Path | None = None,
) -> SplitIndex:
    """Whole speakers in natural order of their names, split 90/5/5 %, or as `split_file` lists sentences.

    Args:
      mic: the microphone, "mic1" or "mic2".
      split: "speaker", or "sentence" for all speakers in all splits, the sentences of each 80/10/10 %.
      fetch: downloads the archive if there is no `manual_dir`.
      manual_dir: the folder of the archive, with the folder `wav48_silence_trimmed`, or its parent.
      split_file: lines of `part p225_001`, in place of shares.
    Raises SwnError for no files of that microphone, fewer than three speakers, or a list that does not match.
    """
    if mic not in ("mic1", "mic2"):
        raise unknown("microphone", mic, ("mic1", "mic2"))
    groups.check(split, split_file)
    root = inside(folder(manual_dir, fetch, URL, SHA256), PART)
    files, notes = sound_folder.find(root)
    matches = {match: path for id, path in files.items() if (match := NAME.fullmatch(id))}
    kept = {match["id"]: path for match, path in matches.items() if match["mic"] == mic}
    if not kept:
        raise SwnError(f"{root}: found no files of {mic}, wanted p225/p225_001_{mic}.flac: copy the complete corpus")
    found = sound_folder.recordings(kept, RATE, lambda id: id.split("_")[0])
    ignored = len(files) - len(matches)
    notes += (f"{ignored} sound files that are not named as those of VCTK were left out",) * (ignored > 0)
    if split_file is None:
        divide = partial(groups.WAYS[split], group=lambda recording: recording.speaker, where=root)
        return SplitIndex.divided(found.values(), divide, notes=notes)
    splits = split_lists.listed(split_file, found, form="p225_001")
    return SplitIndex({name: tuple(recordings) for name, recordings in splits.items()}, notes)


CORPUS = Corpus(
    name="vctk",
    version="1.0.0",
    licence="Creative Commons Attribution 4.0",
    source="https://doi.org/10.7488/ds/2645",
    index=index,
    domain=SPEECH,
    takes=("manual_dir", "split_file"),
    downloads=True,
    options={"mic": "mic1", "split": "speaker"},
    frame_size=200,
    rate=float(RATE),
)
