import numpy as np
import pytest
from absl import logging
from tensorflow_datasets.core.utils import tqdm_utils

from swn_jax.corpora import corpus
from swn_jax.data import chunks, shards
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.store import source, write
from swn_jax.errors import SwnError


def recording(i, n):
    """A recording that says its number in every sample but the first, in blocks of 150."""
    rows = np.full(n, i, np.int16)
    return Recording(f"id{i}", f"who{i % 2}", lambda: np.split(rows, range(150, n, 150)))


def index(lengths):
    rows = [recording(i, n) for i, n in enumerate(lengths)]
    return SplitIndex({"train": tuple(rows[:-2]), "valid": (rows[-2],), "test": (rows[-1],)})


SPEECH = corpus("synthetic_speech")


def test_rows_come_back_in_the_order_written(tmp_path):
    lengths = [400 + 13 * i for i in range(40)]
    folder = write(SPEECH, index(lengths), tmp_path)
    rows = list(source(folder, "train"))
    assert [row["id"] for row in rows] == [f"id{i}".encode() for i in range(38)]
    assert [row["speaker"] for row in rows] == [b"who0", b"who1"] * 19
    for i, row in enumerate(rows):
        assert row["rows"].dtype == np.int16
        np.testing.assert_array_equal(row["rows"], np.full(lengths[i], i))
    assert [len(source(folder, split)) for split in ("valid", "test")] == [1, 1]


def test_long_recordings_lie_in_chunks_and_many_in_several_files(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 1000)
    monkeypatch.setattr(shards, "SHARD", 4000)
    folder = write(SPEECH, index([2500, 400, 1000, 3001, 450, 460]), tmp_path)
    rows = list(source(folder, "train"))
    found = [(row["id"].decode(), len(row["rows"])) for row in rows]
    long = [("id3", 1000)] * 3 + [("id3", 1)]
    assert found == [("id0", 1000), ("id0", 1000), ("id0", 500), ("id1", 400), ("id2", 1000), *long]
    files = sorted(file.name.partition("-train.array_record-")[2] for file in folder.glob("*train*"))
    assert files == [f"0000{i}-of-00004" for i in range(4)]


def test_progress_counts_all_splits(tmp_path):
    seen = []
    write(SPEECH, index([400] * 5), tmp_path, lambda done, total: seen.append((done, total)))
    assert seen == [(i, 5) for i in range(1, 6)]


def test_prints_nothing_and_leaves_switches_as_they_were(tmp_path, capfd, caplog):
    before = logging.get_verbosity()
    logging.set_verbosity(logging.INFO)
    try:
        source(write(SPEECH, index([400] * 5), tmp_path), "train")
        assert logging.get_verbosity() == logging.INFO
    finally:
        logging.set_verbosity(before)
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert tqdm_utils._active


def test_too_short_a_recording(tmp_path):
    with pytest.raises(SwnError, match="id1: too short: found 399 samples, wanted at least 400: remove it"):
        write(SPEECH, index([400, 399, 400, 400]), tmp_path)


def test_the_same_recording_in_two_splits(tmp_path):
    rows = recording(7, 500)
    two = SplitIndex(
        {"train": (recording(1, 500), rows), "valid": (rows._replace(id="copy"),), "test": (recording(2, 500),)}
    )
    with pytest.raises(SwnError, match=r"copy \(valid\) has the content of id7 \(train\): remove one of the two"):
        write(SPEECH, two, tmp_path / "a")
    twice = SplitIndex({**two.splits, "train": (rows, rows._replace(id="again")), "valid": (recording(3, 500),)})
    write(SPEECH, twice, tmp_path / "b")  # within one split it does no harm


def test_a_recording_that_breaks_off(tmp_path):
    def half():
        yield np.ones(300, np.int16)
        raise SwnError("half.wav: cut short")

    broken = index([500, 400, 400])
    broken = broken._replace(splits={**broken.splits, "train": (Recording("half", "x", half),)})
    with pytest.raises(SwnError, match=r"half.wav: cut short"):
        write(SPEECH, broken, tmp_path)
