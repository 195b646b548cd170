import numpy as np
import pytest
from absl import logging
from tensorflow_datasets.core.utils import tqdm_utils

from swn_jax.data import corpus
from swn_jax.data.builder import source, write
from swn_jax.data.record import Plan, Recording
from swn_jax.errors import SwnError


def plan(lengths):
    """Recordings that say their number in every sample."""
    rows = [Recording(f"id{i}", f"who{i % 2}", lambda i=i, n=n: np.full(n, i, np.int16)) for i, n in enumerate(lengths)]
    return Plan({"train": tuple(rows[:-2]), "valid": (rows[-2],), "test": (rows[-1],)})


def test_rows_come_back_in_the_order_written(tmp_path):
    lengths = [400 + 13 * i for i in range(40)]
    folder = write(corpus("synthetic_speech"), plan(lengths), tmp_path, None)
    rows = list(source(folder, "train"))
    assert [row["id"] for row in rows] == [f"id{i}".encode() for i in range(38)]
    assert [row["speaker"] for row in rows] == [b"who0", b"who1"] * 19
    for i, row in enumerate(rows):
        assert row["audio"].dtype == np.int16
        np.testing.assert_array_equal(row["audio"], np.full(lengths[i], i))
    assert [len(source(folder, split)) for split in ("valid", "test")] == [1, 1]


def test_progress_counts_all_splits(tmp_path):
    seen = []
    write(corpus("synthetic_speech"), plan([400] * 5), tmp_path, lambda done, total: seen.append((done, total)))
    assert seen == [(i, 5) for i in range(1, 6)]


def test_prints_nothing_and_leaves_switches_as_they_were(tmp_path, capfd, caplog):
    before = logging.get_verbosity()
    logging.set_verbosity(logging.INFO)
    try:
        source(write(corpus("synthetic_speech"), plan([400] * 5), tmp_path, None), "train")
        assert logging.get_verbosity() == logging.INFO
    finally:
        logging.set_verbosity(before)
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert tqdm_utils._active


def test_too_short_a_recording(tmp_path):
    with pytest.raises(SwnError, match="id1: too short: found 399 samples, wanted at least 400: take it out"):
        write(corpus("synthetic_speech"), plan([400, 399, 400, 400]), tmp_path, None)
