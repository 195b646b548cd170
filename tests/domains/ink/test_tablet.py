import numpy as np
import pytest

from swn_jax.domains.ink import tablet
from swn_jax.domains.ink.strokes import rows
from swn_jax.errors import SwnError

HEADER = "Hand: Left\n\nTime X  Y  P  Az  Al \n"
CUT = [(900 + i, 0, 0, 9, 0, 0) for i in range(3)]


def page(points, cut="998 5"):
    """A file of (x, y, pressure), and the four lines at its end that are no part of it."""
    rows = [(8 * i, x, y, p, 1800, 600) for i, (x, y, p) in enumerate(points)]
    return HEADER + "\n".join(" ".join(map(str, row)) for row in [*rows, *CUT]) + f"\n{cut}"


# two lines: a word of two strokes and one of one, then far to the left and below another
POINTS = [
    (0, 0, 0), (1000, 500, 9), (1100, 510, 9), (1200, 400, 0), (1500, 500, 3), (1510, 520, 3), (3000, 500, 0),
    (9000, 500, 5), (9500, 450, 5), (5000, 900, 0), (1000, 1500, 7), (1100, 1600, 7), (1200, 1700, 7),
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    return tmp_path / "PERSON3.txt"


def read(file):
    return [entry.recording.read() for entry in tablet.entries(file, file.name, True)]


def test_lines_of_writing(file):
    file.write_text(page(POINTS))
    (first,), (second,) = read(file)
    np.testing.assert_array_equal(
        first, [(0, 1000, -500), (1, 1100, -510), (0, 1500, -500), (1, 1510, -520), (0, 9000, -500), (1, 9500, -450)]
    )
    np.testing.assert_array_equal(second, [(0, 1000, -1500), (0, 1100, -1600), (1, 1200, -1700)])


def test_names_and_writer(file):
    file.write_text(page(POINTS))
    entries = tablet.entries(file, "paragraphs/PERSON3.txt", True)
    assert [entry.path for entry in entries] == ["paragraphs/PERSON3.txt"] * 2
    assert [entry.recording.id for entry in entries] == ["paragraphs/PERSON3/1", "paragraphs/PERSON3/2"]
    assert {entry.recording.speaker for entry in entries} == {"paragraphs/PERSON3"}
    assert {entry.recording.file for entry in entries} == {file}


def test_a_point_at_which_the_tablet_lost_the_pen(file):
    spiked = [*POINTS[:2], (8000, 7000, 9), *POINTS[2:]]
    file.write_text(page(spiked))
    got = read(file)
    file.write_text(page(POINTS))
    for (a,), (b,) in zip(got, read(file), strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_is_far_but_no_single_point_stays(file):
    file.write_text(page([(0, 0, 1), (1, 0, 1), (3000, 0, 1), (6000, 0, 1), (6001, 0, 1)]))
    assert [len(block) for (block,) in read(file)] == [5]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "found no header, wanted the line `Time X Y P Az Al`"),
        (HEADER.replace("Az", "Q"), "found no header"),
        (HEADER, "found no point with the pen down"),
        (page([]), "found no point with the pen down"),
        (page([(0, 0, 0)] * 9), "found no point with the pen down"),
        (page(POINTS).replace("1100 510 9", "1100 510"), r"line 6: found '16 1100 510 1800 600', wanted six numbers"),
        (page(POINTS).replace("1100 510 9", "1100 five 9"), "line 6: found '16 1100 five 9 1800 600'"),
        (page(POINTS).replace("1100 510 9", "1100 nan 9"), "line 6: found '16 1100 nan 9 1800 600'"),
        (page(POINTS).replace("1100 510 9", "1100 99999999 9"), "line 1 of the writing: found a coordinate"),
    ],
)
def test_bad_files_raise_when_they_are_read(file, text, what):
    file.write_text(text)
    with pytest.raises(SwnError, match=f"{file}.*{what}"):
        read(file)


def test_a_folder_in_place_of_a_file(file):
    file.mkdir()
    with pytest.raises(SwnError, match=f"{file}: cannot be read .*directory"):
        read(file)


def test_a_file_that_changes_meanwhile(file):
    file.write_text(page(POINTS))
    entries = tablet.entries(file, file.name, True)
    file.write_text(page(POINTS[:4]))
    with pytest.raises(SwnError, match=f"{file}: found 1 lines of handwriting, wanted 2, as before"):
        entries[1].recording.read()


def test_any_damage(survives):
    survives(page(POINTS).encode(), read, "a.txt")


def test_the_real_pages(handwriting):
    files = sorted((handwriting / "paragraphs").glob("*.txt"))
    pages = {file.stem: [rows(line, file, down=True) for line in tablet.lines(file)] for file in files}
    assert {name: len(lines) for name, lines in pages.items()} == {
        "PERSON0": 6, "PERSON1": 6, "PERSON4": 5, "PERSON6": 5, "PERSON8": 6,
    }  # fmt: skip
    lines = [line for page in pages.values() for line in page]
    assert all(400 <= len(line) <= 2100 for line in lines)
    assert sum(int(line[:, 0].sum()) for line in lines) == 919
    # the points with the pen down, counted from the file by itself, less the lines that are thrown away
    down = 0
    for file in files:
        points = [line.split() for line in file.read_text().splitlines()[21:]][:-4]
        down += sum(point[3] != "0" for point in points)
    assert sum(map(len, lines)) == down
