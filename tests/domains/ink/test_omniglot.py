import zipfile
from collections import Counter
from io import BytesIO

import numpy as np
import pytest

from swn_jax.domains.ink import omniglot
from swn_jax.errors import SwnError

DRAWING = "START\n10.5,-20.0,0\n12.5,-22.0,30\nBREAK\n40.0,-50.0,90\n41.0,-51.0,99\n41.0,-52.0,120\nBREAK\n"
NAME = "images/Greek/character01/0394_07.txt"


def packed(**members):
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in ({NAME: DRAWING} | members).items():
            archive.writestr(name, text)
    return held.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / NAME
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "drawings.zip"


def read(file):
    return [entry.recording.read() for entry in omniglot.entries(file, file.as_posix(), False)]


def unzipped(file):
    return [entry.recording.read() for entry in omniglot.zipped(file, file.name, False)]


def test_points_of_a_drawing(file):
    file.write_text(DRAWING)
    ((got,),) = read(file)
    assert got.dtype == np.float32
    want = [(0, 10.5, -20), (1, 12.5, -22), (0, 40, -50), (0, 41, -51), (1, 41, -52)]
    np.testing.assert_array_equal(got, want)


def test_the_same_name_in_a_folder_and_in_a_zip(file, archive):
    file.write_text(DRAWING)
    (one,) = omniglot.entries(file, NAME, False)
    archive.write_bytes(packed(**{f"__MACOSX/{NAME}": "x", "images/.DS_Store": "x", "images/Greek/readme.txt": "x"}))
    (two,) = omniglot.zipped(archive, "drawings.zip", False)
    assert one.recording[:2] == two.recording[:2] == ("Greek/character01/0394_07", "Greek/07")
    assert (one.path, two.path) == (NAME, f"drawings.zip:{NAME}")
    assert (one.recording.file, two.recording.file) == (file, None)
    np.testing.assert_array_equal(one.recording.read()[0], two.recording.read()[0])


@pytest.mark.parametrize(("drawer", "part"), [(1, "train"), (14, "train"), (15, "valid"), (17, "valid"), (18, "test")])
def test_the_part_of_a_drawer(archive, drawer, part):
    archive.write_bytes(packed(**{f"Latin/character02/0500_{drawer:02d}.txt": DRAWING}))
    entry = omniglot.zipped(archive, "drawings.zip", False)[1]
    assert omniglot.part(entry.recording) == part


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "found '' first, wanted START"),
        (DRAWING[6:], "found '10.5,-20.0,0' first, wanted START"),
        (DRAWING[:-7], "found no BREAK at the end"),
        (DRAWING.replace("12.5,-22.0,30", "12.5,-22.0"), "line 3: found '12.5,-22.0', wanted x,y,milliseconds"),
        (DRAWING.replace("12.5,-22.0", "12.5,many"), "line 3: found '12.5,many,30'"),
        (DRAWING.replace("12.5", "nan"), "not finite or beyond 1e7"),
        (DRAWING.replace("12.5", "1e9"), "not finite or beyond 1e7"),
        ("START\nBREAK\n", "found 0 points"),
    ],
)
def test_bad_drawings_raise_when_they_are_read(file, archive, text, what):
    file.write_text(text)
    with pytest.raises(SwnError, match=f"{file}.*{what}"):
        read(file)
    archive.write_bytes(packed(**{NAME: text}))
    with pytest.raises(SwnError, match=f"{archive}:{NAME}.*{what}"):
        unzipped(archive)


def test_files_that_are_no_text_or_wrongly_named(file):
    file.write_bytes(b"START\n\xff\xfe")
    with pytest.raises(SwnError, match=f"{file}: cannot be read as text"):
        read(file)
    with pytest.raises(SwnError, match=f"{file}: found another name, wanted ALPHABET/characterNN/CCCC_DD.txt"):
        omniglot.entries(file, "mine.txt", False)[0].recording.read()


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-30], lambda data: b"x" * 99])
def test_damaged_zips(archive, damage):
    archive.write_bytes(damage(packed()))
    with pytest.raises(SwnError, match=f"{archive}: cannot be read as a zip"):
        unzipped(archive)


def test_a_folder_in_place_of_a_zip(archive):
    archive.mkdir()
    with pytest.raises(SwnError, match=f"{archive}: cannot be read as a zip.*directory"):
        unzipped(archive)


def test_a_member_that_unpacks_to_more_than_a_drawing(archive):
    archive.write_bytes(packed(**{NAME: "START\n" + "0" * 50_000_000}))
    with pytest.raises(SwnError, match=f"{archive}:{NAME}: cannot be read .more than 1048576 bytes"):
        unzipped(archive)


def test_a_member_packed_by_another_method(archive):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr(NAME, DRAWING)
    with pytest.raises(SwnError, match="an unusual compression method"):
        unzipped(archive)


def test_any_damage(survives):
    def parsed(file):
        return [[omniglot.parse(omniglot.read_text(file), str(file))]]

    survives(DRAWING.encode(), parsed, "0394_07.txt")


def test_any_damage_to_a_zip(survives):
    survives(packed(**{"Latin/character02/0500_01.txt": DRAWING}), unzipped, "a.zip")


def test_the_real_drawings(handwriting):
    entries = omniglot.zipped(handwriting / "omniglot" / "strokes_background_small2.zip", "z.zip", False)
    drawings = [entry.recording.read()[0] for entry in entries]
    assert Counter(entry.recording.id.split("/")[0] for entry in entries) == {
        "Greek": 480, "Japanese_(katakana)": 940, "Latin": 520, "Sanskrit": 840, "Tagalog": 340,
    }  # fmt: skip
    assert sum(map(len, drawings)) == 461752
    assert sum(int(drawing[:, 0].sum()) for drawing in drawings) == 8343
    assert max(float(drawing[:, 2].max()) for drawing in drawings) < 0
