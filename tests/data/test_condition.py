"""What a corpus gives a model with each recording: names as one-hot vectors, in windows, crops and whole recordings."""

import dataclasses
import json

import numpy as np
import pytest
from sound_files import DIGITS, WHO, spoken_digits

from swn_jax.corpora import open_corpus
from swn_jax.data.by_time import by_time
from swn_jax.data.condition import Condition, condition_of, listed
from swn_jax.data.crops import assemble, whole_recordings
from swn_jax.data.eval_batches import eval_batches
from swn_jax.data.index import Recording
from swn_jax.data.lanes import lanes
from swn_jax.data.windows import windows
from swn_jax.errors import SwnError
from swn_jax.sealed import opened


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return spoken_digits(tmp_path_factory.mktemp("digits"))


def test_names_are_kept_with_each_recording(digits):
    for split, ids in digits.manifest.ids.items():
        assert digits.manifest.names["speaker"][split] == tuple(id.split("_")[1] for id in ids)
        assert digits.manifest.names["label"][split] == tuple(id[0] for id in ids)
    assert digits.condition is None
    assert digits.given("speaker").condition == Condition("speaker", WHO)
    assert digits.given("label").condition == Condition("label", DIGITS)
    assert digits.given("label").given("") == digits
    assert (digits.condition_width, digits.given("label").condition_width) == (0, 3)


def test_a_window_is_given_the_name_of_each_frame(digits):
    """Windows run across recordings: the frames before the middle of a border are one's, those after it the other's."""
    plain, given = (windows(prepared, frames=4, batch=5) for prepared in (digits, digits.given("label")))
    split = given.split
    labels = np.array(digits.manifest.names["label"]["train"])
    of_sample = np.repeat(labels, split.lengths)
    signal = np.concatenate(list(split))
    spans = 0
    for step in range(3 * given.steps_per_epoch):
        batch = given.batch_at(1, step)
        assert plain.batch_at(1, step).condition is None
        np.testing.assert_array_equal(batch.x, plain.batch_at(1, step).x)
        assert batch.condition.shape == (5, 4, 3)
        assert (batch.condition.sum(-1) == 1).all()
        for x, condition in zip(batch.x, batch.condition, strict=True):
            raw = np.round(x * digits.scale + digits.shift).astype(np.int16).ravel()
            (at,) = [i for i in np.flatnonzero(signal == raw[0]) if np.array_equal(signal[i : i + 400], raw)]
            wanted = of_sample[at + 50 : at + 400 : 100]
            assert [DIGITS[i] for i in condition.argmax(-1)] == wanted.tolist()
            spans += len(set(wanted)) > 1
    assert spans


def test_a_lane_is_given_the_name_of_the_recording_it_walks_through(digits):
    data = lanes(digits.given("label"), frames=2, batch=5, memory=1, ahead=3)
    of_sample = np.repeat(np.array(digits.manifest.names["label"]["train"]), data.split.lengths)
    signal, found = np.concatenate(list(data.split)), set()
    for step in range(data.steps_per_epoch):
        batch = data.batch_at(1, step)
        np.testing.assert_array_equal(batch.condition, batch.following.condition)
        for x, mask, condition in zip(batch.x, batch.mask, batch.condition, strict=True):
            if not mask.any():
                assert not condition.any()
                continue
            raw = np.round(x[0] * digits.scale + digits.shift).astype(np.int16)
            (at,) = [i for i in np.flatnonzero(signal == raw[0]) if np.array_equal(signal[i : i + 100], raw)]
            assert condition.sum() == 1
            assert DIGITS[condition.argmax()] == of_sample[at]
            found.add(of_sample[at])
    assert found == set(DIGITS)


def test_a_recording_is_given_its_name_and_padding_none(digits):
    given = digits.given("speaker")
    for batch, real, ids in eval_batches(given, "test", batch=4):
        assert batch.condition.shape == (len(batch.x), 3)
        assert [WHO[i] for i in batch.condition[:real].argmax(-1)] == [id.split("_")[1] for id in ids]
        assert not batch.condition[real:].any()
    split = given.split("valid")
    crop = assemble(given, split, whole_recordings(split)[1:2], 8, 1)
    np.testing.assert_array_equal(crop.condition, [[0, 1, 0]])


def test_names_that_cannot_be_given_are_told(digits):
    with pytest.raises(SwnError, match=r"spoken_digit: there is no condition 'speker': did you mean 'speaker'"):
        digits.given("speker")
    given = dataclasses.replace(digits, condition=Condition("speaker", ("george", "lukas")))
    told = r"split test: there is no speaker 'lucas': did you mean 'lukas'\? \(known: george, lukas\): divide"
    with pytest.raises(SwnError, match=told):
        list(eval_batches(given, "test"))
    one = {"speaker": {"train": ("her", "her"), "valid": ("him",)}}
    with pytest.raises(SwnError, match="mine: found one speaker in training, her: nothing to tell apart"):
        condition_of(one, "speaker", "mine")


def test_a_corpus_prepared_before_names_were_kept_is_told(digits):
    path = digits.path / "manifest.json"
    content = opened(path.read_text())  # those of before had no checksum either
    del content["names"]
    old = dataclasses.replace(digits, manifest=dataclasses.replace(digits.manifest, names={}))
    with pytest.raises(SwnError, match=r"found no names of recordings, .* remove that folder, then run `swn"):
        old.given("speaker")
    kept = path.read_text()
    try:
        path.write_text(json.dumps(content))
        assert open_corpus("spoken_digit", digits.path.parents[1]).manifest == old.manifest
    finally:
        path.write_text(kept)


def test_one_hot_vectors():
    condition = Condition("label", ("a", "b", "c"))
    codes = condition.codes(["c", "a"])
    np.testing.assert_array_equal(condition.one_hot(codes), [[0, 0, 1], [1, 0, 0]])
    np.testing.assert_array_equal(condition.one_hot(np.array([[1, -1]])), [[[0, 1, 0], [0, 0, 0]]])
    assert listed([str(i) for i in range(23)]).endswith(", 18, 19 and 3 more")


def test_pieces_of_a_recording_keep_its_names():
    pieces = by_time([Recording("a", "her", lambda: [np.arange(10)], label="yes")])
    assert {(each.speaker, each.label) for (each,) in pieces.values()} == {("her", "yes")}
