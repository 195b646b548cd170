"""Texts as conditions: their vectors, what is refused, and what a corpus keeps of them."""

import numpy as np
import pytest

from swn_jax.corpora import open_corpus, prepare
from swn_jax.corpora.synthetic_ink import text as drawn
from swn_jax.data import manifest
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.sequences import sequences
from swn_jax.data.text import Text, text_of
from swn_jax.errors import SwnError

ABC = Text(("a", "b", "c"), 4)


def recording(id, text="", speaker="eve"):
    return Recording(id, speaker, lambda: [], text=text)


def test_vectors_are_letter_after_letter():
    found = ABC.one_hot(ABC.codes(["cab", "", "aXc"]))
    a, b, c, none = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])
    wanted = [[c, a, b, none], [none] * 4, [a, none, c, none]]
    np.testing.assert_array_equal(found, np.reshape(wanted, (3, 12)))
    assert found.dtype == np.float32
    assert ABC.texts(found)[:2] == ["cab", ""]
    assert ABC.width == (4, 3)
    np.testing.assert_array_equal(ABC.written(["cab"]), found[:1])
    assert ABC.texts(ABC.written(["abca"])) == ["abca"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "found a text without letters, wanted one to write, as --text=hello"),
        (" ", "found a text without letters"),
        (
            "abcab",
            "found a text of 5 letters, wanted at most 4, twice the longest in training: write it in several lin",
        ),
        ("aXc", "found the letter 'X' in 'aXc', wanted letters of the training, 'abc': leave it out"),
    ],
)
def test_what_cannot_be_written_is_refused(text, told):
    with pytest.raises(SwnError) as error:
        ABC.written(["cab", text])
    assert str(error.value).startswith(told)


def test_the_alphabet_and_the_room_are_of_training():
    found = text_of({"text": {"train": ["no", "on it", ""], "valid": ["much longer than that"]}}, "ink")
    assert (found.names, found.most) == ((" ", "i", "n", "o", "t"), 10)
    assert found.unknown(["no", "maybe"]) == "abemy"
    with pytest.raises(SwnError, match="ink: found no texts of its recordings: take a corpus with transcripts, or pre"):
        text_of({"speaker": {"train": ["eve"]}}, "ink")


def test_texts_are_kept_where_some_are_known_and_names_where_all_are():
    index = SplitIndex({"train": (recording("a", "hello"), recording("b", speaker="")), "valid": (recording("c"),)})
    found = manifest.names_of(index, {"train": ("b", "a"), "valid": ("c",)})
    assert found == {"text": {"train": ("", "hello"), "valid": ("",)}}
    none = SplitIndex({"train": (recording("a"),)})
    assert list(manifest.names_of(none, {"train": ("a",)})) == ["speaker"]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    prepare("synthetic_ink", folder, train=3, valid=1, test=1)
    return open_corpus("synthetic_ink", folder).given("text")


def test_batches_have_the_text_of_each_line(prepared):
    text, wanted = prepared.condition, {drawn(0, "train", n) for n in range(3)}
    batch = sequences(prepared, frames=2000, stride=2000, batch=3).batch_at(0, 0)
    assert set(text.texts(batch.condition)) == wanted
    assert text.most == 2 * max(map(len, wanted))
    padded = prepared.split("train").given(np.array([1, -1]), np.zeros((2, 1), np.int64))
    assert text.texts(padded) == [drawn(0, "train", 1), ""]


def test_a_cut_line_is_read_from_its_beginning_as_its_text_is(prepared):
    cut = sequences(prepared, frames=100, stride=50, batch=3)
    assert cut.crops[:, 1:].tolist() == [[0, 100]] * 3
    assert len(sequences(prepared.given(""), frames=100, stride=50, batch=3).crops) > 3
