import numpy as np
import pytest

from swn_jax.corpora import corpus
from swn_jax.data import split_lists
from swn_jax.data.index import Recording, SplitIndex, broken
from swn_jax.data.reading import AGAIN
from swn_jax.data.screening import screened
from swn_jax.errors import SwnError

SPEECH = corpus("synthetic_speech")


def recording(i, n=400, id=None):
    return Recording(id or f"id{i}", "me", lambda: [np.full(n, i, np.int16)])


def half():
    yield np.ones(300, np.int16)
    raise SwnError(f"half.wav: cut short: {AGAIN}")


BAD = [
    Recording("half", "me", half),
    broken("bad", None, SwnError("bad.wav: empty")),
    recording(9, 399, "short"),
    recording(3, id="twin"),
]
WHY = {
    "half": "half.wav: cut short: copy the file again from the original",  # without the flag that was given
    "bad": "bad.wav: empty",
    "short": "short: too short: found 399 samples, wanted at least 400: remove it from the folder or the list",
    "twin": "twin has the content of id3",
}


def divide(recordings):
    return split_lists.shares(recordings, "here")


def ids(index):
    return {split: [recording.id for recording in found] for split, found in index.splits.items()}


def test_the_others_are_divided_as_if_the_bad_ones_were_not_there():
    """On the last places they would empty the test split."""
    good = [recording(i) for i in range(7)]
    seen = []
    index = SplitIndex.divided([*good[:4], BAD[0], *good[4:], *BAD[1:]], divide, notes=("a",), rate=7.0)
    got, skipped = screened(SPEECH, index, lambda *at: seen.append(at))
    assert ids(got) == ids(SplitIndex.divided(good, divide))
    assert skipped == WHY
    assert (got.notes, got.rate) == (("a",), 7.0)
    assert seen == [(i + 1, 11) for i in range(11)]


def test_a_list_keeps_its_parts():
    good = [recording(i) for i in range(5)]
    splits = {
        "train": (*good[:3], BAD[0]),
        "valid": (BAD[1], good[3]),
        "test": (good[4], recording(4, id="again"), recording(5)),
    }
    got, skipped = screened(SPEECH, SplitIndex(splits))
    assert ids(got) == {"train": ["id0", "id1", "id2"], "valid": ["id3"], "test": ["id4", "again", "id5"]}
    assert list(skipped) == ["half", "bad"]
    moved = {**splits, "train": (*splits["train"], recording(4, id="twin"))}
    assert list(screened(SPEECH, SplitIndex(moved))[1]) == ["half", "bad", "id4", "again"]


def test_nothing_bad_changes_nothing():
    index = SplitIndex.divided([recording(i) for i in range(5)], divide)
    assert screened(SPEECH, index) == (index, {})


def test_too_few_are_left():
    two = SplitIndex.divided([recording(0), recording(1), BAD[0]], divide)
    with pytest.raises(SwnError, match="here: found 2 to split, .*; 1 of 3 recordings were left out: .* half.wav: cut"):
        screened(SPEECH, two)
    listed = SplitIndex({"train": (recording(0),), "valid": (BAD[1],), "test": (recording(1),)})
    with pytest.raises(
        SwnError, match="found no recording for valid, wanted .*; 1 of 3 .* the first is bad.wav: empty"
    ):
        screened(SPEECH, listed)
