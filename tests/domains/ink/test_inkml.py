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


def test_signs_that_stand_for_numbers(file):
    # * repeats the position, the step or the bend; the second point of the second is not reported
    assert xy(file, "1 2, * 3, '1 '1, * 5, \"2 \"0, * *") == [[1, 2], [1, 3], [2, 4], [3, 9], [6, 14], [11, 19]]
    assert xy(file, "1 2, 3 ?, 4 5") == [[1, 2], [4, 5]]
    assert xy(file, "#A #1f, -#A +#0, '#2 '1") == [[10, 31], [-10, 0], [-8, 1]]


@pytest.mark.parametrize("turned", ["", "X", "Y", "XY"])
def test_channels_that_grow_the_other_way(file, turned):
    channels = "".join(f'<channel name="{c}" orientation="{"-" if c in turned else "+"}ve"/>' for c in "XY")
    file.write_text(f"{HEAD}<traceFormat>{channels}</traceFormat><trace>1 2, 3 5</trace></ink>")
    want = np.array([(0, 1, 2), (1, 3, 5)]) * [1, -1 if "X" in turned else 1, -1 if "Y" in turned else 1]
    for down in (False, True):
        np.testing.assert_array_equal(inkml.read(file, down)[0], want * (1, 1, -1 if down else 1))


def test_parts_of_a_trace_are_one_stroke(file):
    file.write_text(
        f'{HEAD}<trace id="a" continuation="begin">1 1, 2 2</trace><trace id="x">9 9, 8 8</trace>'
        '<trace id="b" continuation="middle" priorRef="#a">3 3</trace>'
        '<trace continuation="end" priorRef="#b">4 4</trace></ink>'
    )
    assert inkml.read(file, False)[0].tolist() == [
        *([0, i, i] for i in (1, 2, 3)), [1, 4, 4], [0, 9, 9], [1, 8, 8],
    ]  # fmt: skip


YX = '<channel name="Y"/><channel name="X"/>'
XY = '<channel name="X"/><channel name="F"/><channel name="Y"/>'
ORDERS = {
    "by the trace": '<trace>1 0 2</trace><trace contextRef="#yx">2 1</trace>',
    "by the group": '<trace>1 0 2</trace><traceGroup contextRef="#yx"><trace>2 1</trace></traceGroup>',
    "by the last context": '<trace>1 0 2</trace><context traceFormatRef="#f"/><trace>2 1</trace>',
    "by a context within": f"<trace>1 0 2</trace><context><traceFormat>{YX}</traceFormat></context><trace>2 1</trace>",
    "by a source": '<trace>1 0 2</trace><context inkSourceRef="#s"/><trace>2 1</trace>',
    "after a group": '<traceGroup contextRef="#yx"><trace>2 1</trace></traceGroup><trace>1 0 2</trace>',
}


@pytest.mark.parametrize("way", ORDERS)
def test_two_orders_of_the_channels(file, way):
    file.write_text(
        f'{HEAD}<definitions><traceFormat xml:id="f">{YX}</traceFormat><context id="yx" traceFormatRef="#f"/>'
        f'<inkSource id="s"><traceFormat>{YX}</traceFormat></inkSource></definitions>'
        f"<context><traceFormat>{XY}</traceFormat></context>{ORDERS[way]}</ink>"
    )
    assert inkml.read(file, False)[0].tolist() == [[1, 1, 2], [1, 1, 2]]


def test_contexts_in_a_circle(file):
    file.write_text(f'{HEAD}<context id="a" contextRef="#a"/><trace>1 2, 3 4</trace></ink>')
    assert len(inkml.read(file, False)[0]) == 2


def test_writers(file):
    file.write_text(INK)
    (entry,) = inkml.entries(file, "a/drawing.inkml", True)
    assert entry.recording[:2] == ("a/drawing", "anna")
    file.write_text(INK.replace("writer", "writerID"))
    assert inkml.entries(file, "a/drawing.inkml", True)[0].recording.speaker == "anna"
    file.write_text(INK.replace("writer", "age"))
    (entry,) = inkml.entries(file, "a/drawing.inkml", True)
    assert entry.recording.speaker == "a/drawing"


def test_another_encoding_is_to_be_saved_anew(file):
    file.write_bytes(INK.replace("anna", "zo\u00eb").encode("latin-1"))
    with pytest.raises(SwnError, match=f"{file}: cannot be read as XML .*: save it as UTF-8, or leave it") as error:
        inkml.read(file, True)
    assert "copy" not in str(error.value)
    file.write_text(INK.replace("anna", "zo\u00eb").replace("utf-8", "utf-16"), "utf-16")
    assert inkml.entries(file, "a", True)[0].recording.speaker == "zo\u00eb"


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
        ('id="0"', 'continuation="end" priorRef="#9"', "a part of a trace without the one before it"),
        ('id="0"', 'continuation="middle"', "a part of a trace without the one before it"),
        ("2 11 22", "2 11", "found the point '2 11', wanted 3 or more numbers"),
        ("2 11 22", "2 eleven 22", "found the point '2 eleven 22'"),
        ("1 10 20", "1 10 *", r"found '\*' for X or Y in the first point, wanted a number"),
        ("2 11 22", "2 11 T", "found 'T' for X or Y, wanted a number"),
        ("2 11 22", "2 11 #" + 999 * "F", "not finite or beyond 1e7"),
        ("2 11 22", "2 11 1e999", "not finite or beyond 1e7"),
        ("2 11 22", "", "found the point ''"),
        ("trace", "dots", "found 0 points"),
    ],
)
def test_bad_files(file, old, new, what):
    file.write_text(INK.replace(old, new))
    with pytest.raises(SwnError, match=f"{file}: .*{what}"):
        inkml.read(file, down=True)


def test_any_damage(survives):
    valid = INK.replace("2 11 22", "2 '11 \"22").encode()
    survives(valid, lambda file: [entry.recording.read() for entry in inkml.entries(file, file.name, True)], "a.inkml")
