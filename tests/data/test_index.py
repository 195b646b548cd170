import hashlib

from swn_jax.corpora import corpus
from swn_jax.data.index import Recording, SplitIndex


def index(*ids):
    return SplitIndex({"train": tuple(Recording(each, "s", lambda: []) for each in ids)})


def test_digest_is_the_sha256_of_the_list():
    assert index("a", "b").digests() == {"train": hashlib.sha256(b"a\nb\n").hexdigest()}


def test_digest_knows_order_and_borders():
    assert len({index(*ids).digests()["train"] for ids in (("a", "b"), ("b", "a"), ("ab",), ("a",))}) == 4


def test_command_names_what_the_corpus_needs():
    assert corpus("timit/listed").command("D") == (
        "swn prepare --dataset=timit/listed --manual_dir=DIR --split_file=FILE --data_dir=D"
    )
    assert corpus("synthetic_speech").command("D") == ("swn prepare --dataset=synthetic_speech --data_dir=D")


def halves(recordings):
    return {"train": recordings[: len(recordings) // 2], "test": recordings[len(recordings) // 2 :]}


def ids(index):
    return {split: "".join(recording.id for recording in found) for split, found in index.splits.items()}


def test_without_some_the_others_are_divided_again():
    every = SplitIndex.divided([Recording(each, "s", lambda: []) for each in "abcdef"], halves)
    assert ids(every) == {"train": "abc", "test": "def"}
    assert ids(every.without("ab")) == {"train": "cd", "test": "ef"}
    assert every.without(()) is every
    assert ids(every._replace(divide=None).without("ab")) == {"train": "c", "test": "def"}
