import numpy as np
import pytest

from swn_jax.domains.ink import inkml
from swn_jax.errors import SwnError

HEAD = '<ink xmlns="http://www.w3.org/2003/InkML">'
INK = f"""<?xml version="1.0" encoding="utf-8"?>
{HEAD}
  <traceFormat><channel name="T" type="integer"/><channel name="Y"/><channel name="X"/></traceFormat>
  <annotation type="writer"> anna </annotation>
  <traceGroup>
    <trace id="0">1 10 20, 2 11 22, 3 9 25</trace>
    <trace id="1" type="penUp">4 0 0, 5 1 1</trace>
    <trace id="2">6 5 40, 7 5 41</trace>
  </traceGroup>
</ink>
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "drawing.inkml"


def test_channels_in_the_order_that_the_file_states(file):
    file.write_text(INK)
    (got,) = inkml.read(file, down=False)
    np.testing.assert_array_equal(got, [(0, 20, 10), (0, 22, 11), (1, 25, 9), (0, 40, 5), (1, 41, 5)])
    (down,) = inkml.read(file, down=True)
    np.testing.assert_array_equal(down, got * (1, 1, -1))


def xy(file, trace):
    file.write_text(f"{HEAD}<trace>{trace}</trace></ink>")
    return inkml.read(file, down=False)[0][:, 1:].tolist()


def test_differences(file):
    # worked by hand: (' means first, " second differences, each until the next prefix)
    assert xy(file, "1125 18432,'23'43,\"7\"-8,3-5,7-3,6 2,6 8,3 6,2 4,3 5") == [
        [1125, 18432],
        [1148, 18475],
        [1178, 18510],
        [1211, 18540],
        [1251, 18567],
        [1297, 18596],
        [1349, 18633],
        [1404, 18676],
        [1461, 18723],
        [1521, 18775],
    ]


def test_back_to_positions_and_differences_of_one_channel(file):
    assert xy(file, "1 1, '2 5, 3 6, !9 7, 10 '8, \"1 0") == [[1, 1], [3, 5], [6, 6], [9, 7], [10, 15], [12, 15]]


def test_second_differences_against_numpy(file):
    steps = np.random.RandomState(0).randint(-9, 9, (30, 2))
    want = np.cumsum(np.cumsum(np.concatenate([[(0, 0)], steps]), 0), 0)
    trace = "0 0, '0'0, " + ", ".join(f'"{x} "{y}' if i == 0 else f"{x} {y}" for i, (x, y) in enumerate(steps))
    assert xy(file, trace)[1:] == want.tolist()


def test_numbers_without_blanks_and_further_channels(file):
    assert xy(file, "-1-2.5 T,+3.5e1.5 #FF *,\n 4 5 ?") == [[-1, -2.5], [35, 0.5], [4, 5]]


def test_writers(file):
    file.write_text(INK)
    (entry,) = inkml.entries(file, "a/drawing.inkml", True)
    assert entry.recording[:2] == ("a/drawing", "anna")
    file.write_text(INK.replace("writer", "age"))
    (entry,) = inkml.entries(file, "a/drawing.inkml", True)
    assert entry.recording.speaker == "a/drawing"


def test_a_file_that_cannot_be_parsed_raises_when_it_is_read(file):
    file.write_text(INK[:200])
    (entry,) = inkml.entries(file, "drawing.inkml", True)
    with pytest.raises(SwnError, match=f"{file}: cannot be read as XML"):
        entry.recording.read()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("ink", "oink", "found XML with the root oink, wanted InkML"),
        ('name="X"', 'name="F"', "wanted X and Y"),
        ('id="0"', 'continuation="begin"', "a trace in several parts"),
        ("2 11 22", "2 11", "found the point '2 11', wanted 3 or more numbers"),
        ("2 11 22", "2 eleven 22", "found the point '2 eleven 22'"),
        ("2 11 22", "2 11 *", r"found '\*' for X or Y, wanted a number"),
        ("2 11 22", "2 11 1e999", "not finite or beyond 1e7"),
        ("2 11 22", "", "found the point ''"),
        ("trace", "dots", "found 0 points"),
        (
            "<traceGroup>",
            '<traceGroup><traceFormat><channel name="X"/><channel name="Y"/></traceFormat>',
            "several orders",
        ),
    ],
)
def test_bad_files(file, old, new, what):
    file.write_text(INK.replace(old, new))
    with pytest.raises(SwnError, match=f"{file}: .*{what}"):
        inkml.read(file, down=True)


def test_any_damage(survives):
    valid = INK.replace("2 11 22", "2 '11 \"22").encode()
    survives(valid, lambda file: [entry.recording.read() for entry in inkml.entries(file, file.name, True)], "a.inkml")
