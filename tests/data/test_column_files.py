"""CSV files beside recordings: what they hold is kept, and what is wrong with them is told."""

import numpy as np
import pytest
from sound_files import write_sound

from swn_jax.corpora import open_corpus, prepare
from swn_jax.data.column_files import read
from swn_jax.data.describe import describe
from swn_jax.data.kept_columns import kept
from swn_jax.errors import SwnError

FRAMES = {"ann/one": 3, "ann/two": 4, "bob": 5}


@pytest.fixture
def folder(tmp_path):
    """Three recordings with two columns, one of them with one row."""
    root = tmp_path / "sounds"
    for seed, (id, frames) in enumerate(FRAMES.items()):
        write_sound(root / f"{id}.wav", 200 * frames + 150, seed=seed)
        rows = ["0.1,2"] if id == "bob" else [f"{t}.5,-1e3" for t in range(frames)]
        (root / f"{id}.csv").write_text("gain,tilt\n" + "\n".join(rows) + "\n")
    return root


def prepared(root, **inputs):
    return prepare("speech_folder", root.parent / "data", manual_dir=root, **{"columns": root, **inputs})


def test_the_numbers_are_kept_as_they_are(folder):
    manifest = prepared(folder)
    corpus = open_corpus("speech_folder", folder.parent / "data")
    assert corpus.manifest == manifest
    assert manifest.columns["names"] == ["gain", "tilt"]
    assert "columns: gain, tilt\n" in describe(corpus)
    for split, ids in manifest.ids.items():
        for number, id in enumerate(ids):
            found = kept(corpus.path, manifest, split, number)
            wanted = [[0.1, 2]] if id == "bob" else [[t + 0.5, -1000] for t in range(FRAMES[id])]
            np.testing.assert_array_equal(found, wanted)


def test_a_preparation_with_other_columns_is_not_taken_for_it(folder):
    manifest = prepared(folder)
    assert prepared(folder) == manifest
    assert prepared(folder, columns=None) == manifest
    (folder / "bob.csv").write_text("gain,tilt\n0.2,2\n")
    with pytest.raises(SwnError, match=r"with other columns beside recordings: choose another --data_dir, or remove"):
        prepared(folder)


def test_a_preparation_without_columns_is_not_taken_for_one(folder):
    prepared(folder, columns=None)
    with pytest.raises(SwnError, match=r"with no columns beside recordings: choose another --data_dir, or remove"):
        prepared(folder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, r"bob.csv: found no columns of bob, wanted a header of names, then .*: add that file, or leave"),
        ("gain,tilt\n1,2\n3\n", "bob.csv, line 3: found 1 numbers, wanted 2, one for each name of the header: mend"),
        ("gain,tilt\n1,high\n", "line 2, column tilt: found 'high', wanted a finite number: write one, or leave"),
        ("gain,tilt\n1,nan\n", "line 2, column tilt: found 'nan', wanted a finite number"),
        ("gain,tilt\n1,2\n3,4\n", r"found 2 rows of numbers, wanted 1, or 5, one for each whole frame of 200 samples"),
        ("gain,slope\n1,2\n", r"found the columns gain, slope, wanted gain, tilt, which .*one.csv has: give all"),
        ("0,1\n1,2\n", r"found the first line '0,1', wanted names of columns, each once: write such a line above"),
        ("gain,gain\n1,2\n", "wanted names of columns, each once"),
        ("gain,\n1,2\n", "wanted names of columns, each once"),
        ("gain,tilt\n", "found 1 lines, wanted a header of names"),
        ("", "found 0 lines, wanted a header of names"),
        (b"gain,tilt\n\xff,2\n", "cannot be read as CSV .*, as UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_told(folder, text, told):
    path = folder / "bob.csv"
    if text is None:
        path.unlink()
    else:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SwnError, match=told):
        prepared(folder)
    assert not list((folder.parent / "data").rglob("manifest.json"))


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SwnError, match="none: there is no such folder: give the folder of the CSV files as --columns"):
        read(tmp_path / "none", ["a"])


def test_a_spreadsheet_writes_such_files_too(tmp_path):
    """With a mark of the byte order, carriage returns, quotes, blanks and an empty line at the end."""
    (tmp_path / "a.csv").write_bytes('\ufeff"log F0", gain\r\n 1.5 ,"2"\r\n\r\n'.encode())
    found = read(tmp_path, ["a"])
    assert found.names == ("log F0", "gain")
    np.testing.assert_array_equal(found.values["a"], [[1.5, 2.0]])
