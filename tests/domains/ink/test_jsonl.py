import json

import numpy as np
import pytest

from swn_jax.domains.ink import jsonl
from swn_jax.errors import SwnError

DRAWINGS = [
    {"strokes": [[[0, 0], [1, 2]], [[3, 4, 0.25]]], "id": "cat", "writer": "anna"},
    [[[5, 6], [7.5, 8]]],
    {"strokes": [[], [[1, 1], [2, 2]]], "writer": 7},
]
TEXT = "\n".join(map(json.dumps, DRAWINGS[:2])) + "\n\n" + json.dumps(DRAWINGS[2])


@pytest.fixture
def file(tmp_path):
    return tmp_path / "drawings.jsonl"


def read(file, down=False):
    return [entry.recording.read() for entry in jsonl.entries(file, file.name, down)]


def test_drawings_of_a_file(file):
    file.write_text(TEXT)
    got = [block for each in read(file) for block in each]
    want = [[(0, 0, 0), (1, 1, 2), (1, 3, 4)], [(0, 5, 6), (1, 7.5, 8)], [(0, 1, 1), (1, 2, 2)]]
    assert [each.tolist() for each in got] == [np.array(each).tolist() for each in want]
    assert read(file, down=True)[1][0].tolist() == [[0, 5, -6], [1, 7.5, -8]]


def test_names_and_writers(file):
    file.write_text(TEXT)
    entries = jsonl.entries(file, "x/drawings.jsonl", False)
    got = [(entry.path, entry.recording.id, entry.recording.speaker) for entry in entries]
    assert got == [
        ("x/drawings.jsonl:cat", "x/drawings/cat", "anna"),
        ("x/drawings.jsonl:2", "x/drawings/2", "x/drawings/2"),
        ("x/drawings.jsonl:4", "x/drawings/4", "7"),
    ]
    assert {entry.recording.file for entry in entries} == {None}  # writers share it, and so may splits


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("[[[1, 2], [3", "cannot be read as JSON"),
        ("\x00", "cannot be read as JSON"),
        ("[" * 100000, "cannot be read as JSON"),
        ("9" * 5000, "cannot be read as JSON"),
        ("7", "found no list of strokes"),
        ("{}", "found no list of strokes"),
        ('{"strokes": {"x": [1]}}', "found no list of strokes"),
        ("[[1, 2]]", r"found the stroke \[1, 2\], wanted a list of points"),
        ("[[[1]]]", r"found the stroke \[\[1\]\]"),
        ("[7]", "found the stroke 7"),
        ('[[["1", "2"]]]', "found the stroke"),
        ("[[[true, 2]]]", "found the stroke"),
        ("[[[1, null]]]", "found the stroke"),
        ("[[[1, 2], [NaN, 2]]]", "not finite or beyond 1e7"),
        ("[[[1, 2], [1e400, 2]]]", "not finite or beyond 1e7"),
        (f"[[[1, 2], [1{'0' * 400}, 2]]]", "a number too large"),
        ("[]", "found 0 points"),
        ('{"strokes": [], "id": [1]}', r"found id '\[1\]', wanted a word or a number"),
        ('{"strokes": [], "writer": "a\\nb"}', "found writer"),
    ],
)
def test_a_bad_line_raises_when_it_is_read_and_spares_the_others(file, line, what):
    file.write_text(f"[[[0, 0], [1, 1]]]\n{line}\n")
    good, bad = jsonl.entries(file, file.name, False)
    assert len(good.recording.read()[0]) == 2
    with pytest.raises(SwnError, match=f"{file}, line 2: .*{what}"):
        bad.recording.read()


def test_a_folder_in_place_of_a_file(file):
    file.mkdir()
    with pytest.raises(SwnError, match=f"{file}: cannot be read .*directory"):
        read(file)


def test_any_damage(survives):
    survives(TEXT.encode(), read, "a.jsonl")
