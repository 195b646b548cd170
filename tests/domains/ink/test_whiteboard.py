import numpy as np
import pytest

from swn_jax.domains.ink import whiteboard
from swn_jax.errors import SwnError

LINE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<WhiteboardCaptureSession>
  <WhiteboardDescription>
    <SensorLocation corner="top_left"/>
    <DiagonallyOppositeCoords x="6500" y="5000"/>
  </WhiteboardDescription>
  <StrokeSet>
    <Stroke colour="black" start_time="100.0" end_time="100.2">
      <Point x="1000" y="900" time="100.0"/>
      <Point x="1010" y="880" time="100.1"/>
      <Point x="1030" y="885" time="100.2"/>
    </Stroke>
    <Stroke colour="black" start_time="101.0" end_time="101.0">
      <Point x="1050" y="850" time="101.0"/>
    </Stroke>
  </StrokeSet>
</WhiteboardCaptureSession>
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a01-000u-01.xml"


def test_points_of_a_line(file):
    file.write_text(LINE)
    (got,) = whiteboard.read(file)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, [(0, 1000, -900), (0, 1010, -880), (1, 1030, -885), (1, 1050, -850)])


def test_the_writer_that_a_session_names(file):
    general = '<General><Form id="a01-000u" writerID=" 10005 "/></General><StrokeSet>'
    file.write_text(LINE.replace("<StrokeSet>", general))
    assert whiteboard.entries(file, "x/strokesu.xml", True)[0].recording[:2] == ("x/strokesu", "10005")


def test_the_form_stands_for_the_writer(file):
    file.write_text(LINE)
    (entry,) = whiteboard.entries(file, "a01/a01-000/a01-000u-01.xml", True)
    assert entry.path == "a01/a01-000/a01-000u-01.xml"
    assert entry.recording[:2] == ("a01/a01-000/a01-000u-01", "a01-000u")
    assert entry.recording.file == file


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (LINE[:400], "cannot be read as XML"),
        ("", "cannot be read as XML"),
        (LINE.replace("WhiteboardCaptureSession", "Other"), "found XML with the root Other, wanted Whiteboard"),
        (LINE.replace("StrokeSet", "Strokes"), "wanted WhiteboardCaptureSession with a StrokeSet"),
        (LINE.replace('x="1010"', ""), "a Point without a number"),
        (LINE.replace('"1010"', '"many"'), "a Point without a number"),
        (LINE.replace('"1010"', '"nan"'), "not finite or beyond 1e7"),
        (LINE.replace('"1010"', '"1e9"'), "not finite or beyond 1e7"),
        (LINE.replace("<Point", "<Dot"), "found 0 points"),
        (LINE.replace("ISO-8859-1", "no-such"), "cannot be read as XML"),
    ],
)
def test_bad_files(file, text, what):
    file.write_text(text)
    with pytest.raises(SwnError, match=f"{file}: .*{what}"):
        whiteboard.read(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_are_expanded(file, encoding):
    each = [f'<!ENTITY {b} "{10 * f"&{a};"}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)]
    bomb = '<!ENTITY a "aaaaaaaaaa">' + "".join(each)
    text = f"<!DOCTYPE x [{bomb}]><WhiteboardCaptureSession>&j;</WhiteboardCaptureSession>"
    file.write_bytes(text.encode(encoding))
    with pytest.raises(SwnError, match="a DOCTYPE, which is not allowed"):
        whiteboard.read(file)


def test_a_folder_in_place_of_a_file(file):
    file.mkdir()
    with pytest.raises(SwnError, match=f"{file}: cannot be read as XML.*directory"):
        whiteboard.read(file)


def test_any_damage(survives):
    survives(LINE.encode(), lambda file: [whiteboard.read(file)], "a.xml")
