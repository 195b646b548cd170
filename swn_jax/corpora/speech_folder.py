"""A folder of your own sound files, split by file, by speaker or by time."""

from collections.abc import Sequence
from pathlib import Path

from swn_jax.data import groups, split_lists
from swn_jax.data.by_time import NOTE, by_time
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import Divide, Recording, SplitIndex
from swn_jax.domains.speech import audio, sound_folder
from swn_jax.domains.speech.domain import SPEECH
from swn_jax.errors import SwnError, unknown

NOBODY = "unknown"  # the speaker of a file without a folder
WAYS = ("file", "speaker", "time")


def index(
    by: str, valid: float, test: float, rate: int, manual_dir: Path, split_file: Path | None = None
) -> SplitIndex:
    """Sound files below `manual_dir` in natural order; the first folder of a path is the speaker.

    Args:
      by: "file": speakers may be in several splits; "speaker": each speaker is in one split; "time": each file is in
        all splits, its beginning to train and its end to test.
      valid: share of the files, speakers or samples to validate.
      test: share to test; the rest is to train.
      rate: Hz, to which the files are resampled.
      manual_dir: the folder.
      split_file: lines of `part path`, in place of shares.
    Raises SwnError for options out of range, too few files or speakers, or a list that does not match the folder.
    """
    _check(by, valid, test, rate)
    files, notes = sound_folder.find(manual_dir)
    found = sound_folder.recordings(files, rate, speaker)
    if split_file is not None:
        if by != "file":
            raise SwnError(f"{split_file}: found by={by} too, wanted one way to split: leave one of them out")
        splits = split_lists.listed(split_file, found, key=sound_folder.name, form=sound_folder.FORM)
        return SplitIndex({split: tuple(each) for split, each in splits.items()}, notes, rate=float(rate))
    if by == "time":
        pieces = by_time(found.values(), valid, test)
        return SplitIndex({split: tuple(each) for split, each in pieces.items()}, (*notes, NOTE), rate=float(rate))
    return SplitIndex.divided(found.values(), _divide(by, valid, test, manual_dir), notes=notes, rate=float(rate))


def speaker(id: str) -> str:
    """The first folder of an id."""
    return id.split("/")[0] if "/" in id else NOBODY


def _check(by: str, valid: float, test: float, rate: int) -> None:
    if by not in WAYS:
        raise unknown("way to split by", by, WAYS)
    if not (valid > 0 and test > 0 and valid + test < 1):
        raise SwnError(f"found shares valid={valid} and test={test}, wanted each above 0, the sum below 1: change them")
    if not audio.RATES[0] <= rate <= audio.RATES[1]:
        raise SwnError(f"found rate={rate}, wanted {audio.RATES[0]} to {audio.RATES[1]} Hz: change it")


def _divide(by: str, valid: float, test: float, where: Path) -> Divide:
    def divide(found: Sequence[Recording]) -> dict[str, list[Recording]]:
        if by == "file":
            remedy = "add some, or divide each by time with --option=by=time"
            splits = split_lists.shares(found, where, valid, test, remedy)
        else:
            loose = [recording for recording in found if recording.speaker == NOBODY and recording.file]
            if loose:
                raise SwnError(f"{loose[0].file}: found no folder around it, wanted one per speaker: move it into one")
            remedy = "add speakers, or divide their files with --option=by=file or --option=by=time"
            splits = groups.shares(found, lambda recording: recording.speaker, where, valid, test, remedy)
        if not splits["train"]:
            none = f"found nothing left to train at valid={valid} and test={test}"
            raise SwnError(f"{where}: {none}: take smaller shares")
        return splits

    return divide


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
