import dataclasses
import json

import numpy as np
import pytest

from swn_jax.corpora import corpus
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.manifest import NAME, load, measure, save
from swn_jax.data.store import write
from swn_jax.errors import SwnError


def prepared(folder, signals):
    """Write `signals` as the training split; valid and test have one recording each of another speaker."""
    rows = [Recording(f"id{i}", "a", lambda x=x: [x]) for i, x in enumerate(signals)]
    loud = Recording("loud", "b", lambda: [np.full(500, 30000, np.int16)])
    last = Recording("last", "b", lambda: [np.full(500, 31000, np.int16)])
    index = SplitIndex({"train": tuple(rows), "valid": (loud,), "test": (last,)}, ("a note",), extra={"bones": [1, 2]})
    return index, write(corpus("synthetic_speech"), index, folder)


def test_measures_the_training_signal(tmp_path, make):
    signals = [make.speech(n, seed=n) + np.int16(20000) for n in (401, 777, 1000)]
    index, folder = prepared(tmp_path, signals)
    got = measure(corpus("synthetic_speech"), index, folder, {"seed": 3}, {"gone": "cut short"})
    joined = np.concatenate(signals).astype(np.float64)
    assert got.mean == (pytest.approx(joined.mean(), rel=1e-14),)
    assert got.std == (pytest.approx(joined.std(), rel=1e-12),)
    assert got.lengths == {"train": (401, 777, 1000), "valid": (500,), "test": (500,)}
    assert got.ids == {"train": ("id0", "id1", "id2"), "valid": ("loud",), "test": ("last",)}
    assert got.counts == {"train": 3, "valid": 1, "test": 1}
    assert got.rows["train"] == 2178
    assert got.seconds["train"] == 2178 / 16000
    assert got.speakers == {"train": 1, "valid": 1, "test": 1}
    assert got.digests == index.digests()
    assert got.notes == ("a note",)
    assert (got.frame, got.rate, got.options) == (200, 16000, {"seed": 3})
    assert got.skipped == {"gone": "cut short"}
    assert got.extra == {"bones": [1, 2]}


def test_silence_cannot_be_standardised(tmp_path):
    index, folder = prepared(tmp_path, [np.full(500, 3, np.int16)])
    with pytest.raises(SwnError, match=r"synthetic_speech: found a constant training split.*copy"):
        measure(corpus("synthetic_speech"), index, folder, {"seed": 3}, {"gone": "cut short"})


@pytest.fixture
def saved(tmp_path, make):
    index, folder = prepared(tmp_path, [make.speech(500)])
    manifest = measure(corpus("synthetic_speech"), index, folder, {"seed": 3}, {"gone": "cut short"})
    save(manifest, folder)
    return manifest, folder


def test_comes_back_as_it_was(saved):
    manifest, folder = saved
    assert load(folder) == manifest
    assert [file.name for file in folder.iterdir() if "part" in file.name] == []


def test_half_written_is_not_whole(saved):
    _, folder = saved
    text = (folder / NAME).read_text()
    other = text.replace('"format": 2', '"format": 1')
    for half in (text[: len(text) // 2], "", "[]", json.dumps({"format": 2}), other):
        (folder / NAME).write_text(half)
        assert load(folder) is None
    (folder / NAME).write_text(text)
    assert load(folder) is not None
    (folder / NAME).unlink()
    assert load(folder) is None


def test_a_data_file_cut_or_gone_is_not_whole(saved):
    manifest, folder = saved
    name = next(name for name in manifest.files if "valid" in name)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-1])
    assert load(folder) is None
    (folder / name).unlink()
    assert load(folder) is None
    (folder / name).write_bytes(content)
    assert load(folder) == manifest


def test_another_field_is_not_whole(saved):
    manifest, folder = saved
    content = {"format": 2} | dataclasses.asdict(manifest)
    (folder / NAME).write_text(json.dumps(content | {"colour": "red"}))
    assert load(folder) is None
