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


SQUARE = [[[0, 10, 10], [0, 0, 10]], [[5], [5]]]  # columns x, y of a corner and a dot


def test_drawings_of_quick_draw(tmp_path):
    file = tmp_path / "cat.ndjson"
    simple = {"word": "cat", "key_id": "5891796615823360", "recognized": True, "drawing": SQUARE}
    raw = {"key_id": "7", "drawing": [[*stroke, list(range(len(stroke[0])))] for stroke in SQUARE]}
    file.write_text("\n".join(map(json.dumps, (simple, raw))))
    for block in (block for each in read(file, down=True) for block in each):
        assert block.tolist() == [[0, 0, 0], [0, 10, 0], [1, 10, -10], [1, 5, -5]]
    paths = [entry.path for entry in jsonl.entries(file, file.name, True)]
    assert paths == ["cat.ndjson:5891796615823360", "cat.ndjson:7"]


COLUMNS = {
    "of one stroke": '{"strokes": [[[0, 0, 2, 0], [0, 50, 80, 100]]]}',
    "with times": "[[[0, 0, 2, 0], [0, 50, 80, 100], [0, 8, 16, 24]]]",
    "of strokes of other lengths": "[[[0, 0, 2], [0, 50, 80]], [[1, 2], [3, 4]]]",
}


@pytest.mark.parametrize("case", COLUMNS)
def test_columns_are_not_read_as_points(file, case):
    file.write_text(COLUMNS[case])
    with pytest.raises(
        SwnError, match=r"line 1: found strokes of two or three lists of [34] numbers, .*\"drawing\" as"
    ):
        read(file)


@pytest.mark.parametrize(
    ("strokes", "count"),
    [
        ([[[0, 0, 8], [1, 1, 16]]], 2),  # with a time
        ([[[0, 0, 8, 0.5], [1, 1, 16, 0.5]], [[i, i, i, i] for i in range(5)]], 7),  # with time and pressure
        ([[[0, 0], [1, 1], [2, 2]], [[3, 3], [4, 4]]], 5),
    ],
)
def test_points_of_two_or_three_are_points(file, strokes, count):
    file.write_text(json.dumps(strokes))
    assert [len(block) for block in read(file)[0]] == [count]


@pytest.mark.parametrize("stroke", ["[[0, 1]]", "[[0, 1], [0]]", "[[0, 1], [0, true]]", "[[0, 1], 7]", "7"])
def test_columns_that_are_none(file, stroke):
    file.write_text(f'{{"drawing": [{stroke}]}}')
    with pytest.raises(SwnError, match="line 1: found the stroke .*, wanted equally long columns"):
        read(file)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("suffix", ["jsonl", "json"])
def test_one_array_of_drawings(tmp_path, indent, suffix):
    file = tmp_path / f"all.{suffix}"
    file.write_text("\ufeff" + json.dumps([DRAWINGS[0], {"drawing": SQUARE}, {"strokes": 7}], indent=indent), "utf-8")
    first, second, bad = jsonl.entries(file, file.name, False)
    assert (first.path, first.recording.speaker, len(first.recording.read()[0])) == (f"all.{suffix}:cat", "anna", 3)
    assert (second.path, len(second.recording.read()[0])) == (f"all.{suffix}:2", 4)
    with pytest.raises(SwnError, match=f"{file}, drawing 3: found no list of strokes"):
        bad.recording.read()


def test_one_drawing_over_several_lines_and_lines_called_json(tmp_path):
    file = tmp_path / "a.json"
    for text, count in ((json.dumps(DRAWINGS[0], indent=1), 1), (TEXT, 3)):
        file.write_text(text)
        assert len(read(file)) == count


@pytest.mark.parametrize(("encoding", "found"), [("utf-16", "UTF-16"), ("latin-1", "invalid continuation byte at by")])
def test_other_encodings_are_to_be_saved_anew(file, encoding, found):
    file.write_bytes('{"strokes": [[[0, 0], [1, 1]]], "writer": "Zo\u00eb"}'.encode(encoding))
    with pytest.raises(SwnError, match=rf"found {found}.*, wanted UTF-8\): save it as UTF-8, or leave it") as error:
        read(file)
    assert "copy" not in str(error.value)


def test_a_folder_in_place_of_a_file(file):
    file.mkdir()
    with pytest.raises(SwnError, match=f"{file}: cannot be read .*directory"):
        read(file)


def test_any_damage(survives):
    survives(TEXT.encode(), read, "a.jsonl")
