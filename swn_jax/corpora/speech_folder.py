"""A folder of your own sound files, split by file or by speaker."""

from pathlib import Path

from swn_jax.data import groups, split_lists
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.domains.speech import audio, sound_folder
from swn_jax.domains.speech.domain import SPEECH
from swn_jax.errors import SwnError, unknown

NOBODY = "unknown"  # the speaker of a file without a folder


def index(
    by: str, valid: float, test: float, rate: int, manual_dir: Path, split_file: Path | None = None
) -> SplitIndex:
    """Sound files below `manual_dir` in natural order; the first folder of a path is the speaker.

    Args:
      by: "file": speakers may be in several splits; "speaker": each speaker is in one split.
      valid: share of the files or speakers to validate.
      test: share to test; the rest is to train.
      rate: Hz, to which the files are resampled.
      manual_dir: the folder.
      split_file: lines of `part path`, in place of shares.
    Raises SwnError for options out of range, too few files or speakers, or a list that does not match the folder.
    """
    _check(by, valid, test, rate)
    found = sound_folder.recordings(sound_folder.find(manual_dir), rate, speaker)
    splits = _splits(found, by, valid, test, manual_dir, split_file)
    return SplitIndex({split: tuple(recordings) for split, recordings in splits.items()}, rate=float(rate))


def speaker(id: str) -> str:
    """The first folder of an id."""
    return id.split("/")[0] if "/" in id else NOBODY


def _check(by: str, valid: float, test: float, rate: int) -> None:
    if by not in ("file", "speaker"):
        raise unknown("way to split by", by, ("file", "speaker"))
    if not (valid > 0 and test > 0 and valid + test < 1):
        raise SwnError(f"found shares valid={valid} and test={test}, wanted each above 0, the sum below 1: change them")
    if not audio.RATES[0] <= rate <= audio.RATES[1]:
        raise SwnError(f"found rate={rate}, wanted {audio.RATES[0]} to {audio.RATES[1]} Hz: change it")


def _splits(
    found: dict[str, Recording], by: str, valid: float, test: float, where: Path, split_file: Path | None
) -> dict[str, list[Recording]]:
    if split_file is not None:
        if by == "speaker":
            raise SwnError(f"{split_file}: found by=speaker too, wanted one way to split: leave one of them out")
        return split_lists.listed(split_file, found, key=sound_folder.name, form=sound_folder.FORM)
    if by == "file":
        splits = split_lists.shares(list(found.values()), where, valid, test)
    else:
        loose = [recording for recording in found.values() if recording.speaker == NOBODY and recording.file]
        if loose:
            raise SwnError(f"{loose[0].file}: found no folder around it, wanted one per speaker: move it into one")
        splits = groups.shares(found.values(), lambda recording: recording.speaker, where, valid, test)
    if not splits["train"]:
        raise SwnError(f"{where}: found nothing left to train at valid={valid} and test={test}: take smaller shares")
    return splits


CORPUS = Corpus(
    name="speech_folder",
    version="1.0.0",
    licence="yours",
    source="your own recordings",
    index=index,
    domain=SPEECH,
    needs=("manual_dir",),
    takes=("split_file",),
    options={"by": "file", "valid": 0.1, "test": 0.1, "rate": 16000},
    frame_size=200,
)
