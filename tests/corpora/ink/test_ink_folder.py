import json
import re
import zipfile

import numpy as np
import pytest

from swn_jax.corpora import ink_folder
from swn_jax.domains.ink import domain, folder
from swn_jax.domains.ink.plots import strokes
from swn_jax.errors import SwnError

LINE = (
    '<WhiteboardCaptureSession><StrokeSet><Stroke><Point x="1" y="2"/><Point x="3" y="5"/></Stroke></StrokeSet>'
    "</WhiteboardCaptureSession>"
)
INK = '<ink xmlns="http://www.w3.org/2003/InkML"><annotation type="writer">{}</annotation><trace>1 2, 3 4</trace></ink>'
DRAWING = "START\n1.0,-2.0,0\n3.0,-4.0,9\nBREAK\n"
POINTS = ["0 100 5 9 0 0", "8 900 6 9 0 0", "16 950 6 0 0 0", "24 90 50 9 0 0", "32 99 50 9 0 0"]
PAGE = "Hand: Left\nTime X Y P Az Al\n" + "\n".join([*POINTS, *["9 9 9 0 0 0"] * 4])


def index_of(root, y, split_file=None, by="writer"):
    return ink_folder.index(root, y, by, 0, split_file)


def write(root, **files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def ids(index):
    return {part: [recording.id for recording in recordings] for part, recordings in index.splits.items()}


def omniglot(root, drawers=range(1, 21)):
    write(root, **{f"Greek/character0{c}/039{c}_{d:02d}.txt": DRAWING for c in (1, 2) for d in drawers})


def test_writers_are_not_divided(tmp_path):
    drawings = [{"strokes": [[[0, 0], [i, 1]]], "writer": f"w{i % 4}"} for i in range(10)]
    write(tmp_path, **{"all.jsonl": "\n".join(map(json.dumps, drawings))})
    index = index_of(tmp_path, "up")
    assert ids(index) == {
        "train": [f"all/{n}" for n in (1, 2, 5, 6, 9, 10)],  # w0 and w1
        "valid": ["all/3", "all/7"],
        "test": ["all/4", "all/8"],
    }
    assert index.notes == ()


@pytest.mark.parametrize(
    ("suffix", "text"), [(".xml", LINE), (".inkml", INK.format("")), (".XML", LINE), (".jsonl", "[[[1, 2], [3, 4]]]")]
)
def test_every_format_in_natural_order(tmp_path, suffix, text):
    write(tmp_path, **{f"a/x{i}{suffix}": text for i in (10, 9, 1, 2)})
    index = index_of(tmp_path, "down")
    end = "/1" if suffix == ".jsonl" else ""
    assert ids(index) == {"train": [f"a/x1{end}", f"a/x2{end}"], "valid": [f"a/x9{end}"], "test": [f"a/x10{end}"]}
    assert all(next(iter(r.read())).shape == (2, 3) for part in index.splits.values() for r in part)


@pytest.mark.parametrize(("y", "want"), [("up", 4.0), ("down", -4.0)])
def test_where_y_grows(tmp_path, y, want):
    write(tmp_path, **{f"{who}.inkml": INK.format(who) for who in "abc"}, **{f"{i}.jsonl": "[]" for i in ()})
    (read,) = index_of(tmp_path, y).splits["train"]
    assert read.speaker == "a"
    assert read.read()[0][1, 2] == want


def test_pages_of_a_tablet(tmp_path):
    write(tmp_path, **{f"PERSON{i}.txt": PAGE for i in (0, 2, 10)}, **{"README.txt": "about", "split.txt": "x"})
    index = index_of(tmp_path, "down")
    parts = {"train": 0, "valid": 2, "test": 10}
    assert ids(index) == {part: [f"PERSON{i}/1", f"PERSON{i}/2"] for part, i in parts.items()}
    assert index.notes == ("2 files that hold no drawings were left out: 2 .txt",)


def test_drawers_of_omniglot_in_a_folder_or_a_zip(tmp_path):
    omniglot(tmp_path / "tree")
    want = ids(index_of(tmp_path / "tree", "down"))
    assert {part: len(names) for part, names in want.items()} == {"train": 28, "valid": 6, "test": 6}
    assert want["train"][:2] == ["Greek/character01/0391_01", "Greek/character01/0391_02"]
    (tmp_path / "packed").mkdir()
    with zipfile.ZipFile(tmp_path / "packed/all.zip", "w") as archive:
        for file in sorted((tmp_path / "tree").rglob("*.txt"), reverse=True):
            archive.write(file, f"strokes/{file.relative_to(tmp_path / 'tree')}")
            archive.writestr(f"__MACOSX/strokes/._{file.name}", "x")
    assert ids(index_of(tmp_path / "packed", "down")) == want


def test_a_list_names_files_folders_members_and_drawings(tmp_path):
    root, chosen = tmp_path / "all", tmp_path / "list"
    write(root, **{"PERSON1.txt": PAGE, "x/1.xml": LINE, "x/2.xml": LINE, "y.xml": LINE})
    write(root, **{"d.jsonl": '{"strokes": [[[0, 0], [1, 1]]], "id": "cat"}\n[[[0, 0], [1, 1]]]'})
    with zipfile.ZipFile(root / "o.zip", "w") as archive:
        for d in (1, 2):
            archive.writestr(f"s/Greek/character01/0391_0{d}.txt", DRAWING)
            archive.writestr(f"s/Latin/character01/0500_0{d}.txt", DRAWING)
    chosen.write_text(
        "train PERSON1.txt\ntrain x/\nvalid o.zip:s/Greek\nvalid d.jsonl:2\n"
        "test o.zip:s/Latin/character01/0500_02.txt\ntest ./y.xml  # the last\ntest d.jsonl:cat\n"
    )
    assert ids(index_of(root, "down", split_file=chosen)) == {
        "train": ["PERSON1/1", "PERSON1/2", "x/1", "x/2"],
        "valid": ["Greek/character01/0391_01", "Greek/character01/0391_02", "d/2"],
        "test": ["Latin/character01/0500_02", "y", "d/cat"],
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("train x\nvalid y.xml\ntest z.xml\ntrain x/1.xml", "found x/1 twice"),
        ("train x\nvalid y.xml\ntest w.xml", "line 3: w.xml does not exist"),
        ("train x\nvalid y.xml", "found nothing for test"),
        ("train x\nvalid y.xml\ntest x/", "line 3: x/ is already on line 1"),
    ],
)
def test_faulty_lists(tmp_path, text, what):
    write(tmp_path / "all", **{"x/1.xml": LINE, "y.xml": LINE, "z.xml": LINE})
    write(tmp_path, list=text)
    with pytest.raises(SwnError, match=what):
        index_of(tmp_path / "all", "down", split_file=tmp_path / "list")


def test_faulty_folders(tmp_path):
    with pytest.raises(SwnError, match="nowhere: there is no such folder: give a folder of pen trajectories"):
        index_of(tmp_path / "nowhere", "down")
    with pytest.raises(SwnError, match=rf"{tmp_path}: found no drawings, wanted .xml of IAM-OnDB"):
        index_of(tmp_path, "down")
    write(tmp_path, **{"a.xml": LINE, "b.xml": LINE})
    with pytest.raises(SwnError, match=r"found 2 to split, wanted 3 or more: add writers, .*--option=by=drawing"):
        index_of(tmp_path, "down")
    write(tmp_path, **{"c.inkml": INK})
    with pytest.raises(SwnError, match=r"found IAM-OnDB and InkML, wanted one format: give a --split_file"):
        index_of(tmp_path, "down")
    write(tmp_path, **{"a.inkml": INK})
    with pytest.raises(SwnError, match=r"found two drawings with the name a: rename or"):
        index_of(tmp_path, "down")
    with pytest.raises(SwnError, match=r"there is no y 'dwn': did you mean 'down'"):
        index_of(tmp_path, "dwn")


def test_two_drawings_of_one_name_in_a_file(tmp_path):
    write(tmp_path, **{"a.jsonl": "\n".join(['{"strokes": [], "id": "cat"}'] * 2)})
    with pytest.raises(SwnError, match=r"found two drawings with the name a/cat"):
        index_of(tmp_path, "down")


def test_a_file_that_cannot_be_counted_raises_when_it_is_read(tmp_path):
    write(tmp_path, **{f"PERSON{i}.txt": PAGE for i in (1, 2, 3)})
    write(tmp_path, **{"PERSON4.txt": PAGE.replace("900", "x")})
    (first,) = index_of(tmp_path, "down").splits["test"]
    assert (first.id, first.speaker, first.file) == ("PERSON4", "PERSON4", tmp_path / "PERSON4.txt")
    with pytest.raises(SwnError, match=r"PERSON4.txt, line 4: found '8 x 6 9 0 0', wanted six numbers"):
        first.read()


@pytest.mark.parametrize("name", ["a.xml", "a.inkml", "a.jsonl", "a.zip", "a.txt"])
def test_files_whose_target_is_gone(tmp_path, name):
    write(tmp_path, **{f"{i}.xml": LINE for i in range(3)})
    (tmp_path / name).symlink_to(tmp_path / "gone")
    with pytest.raises(SwnError, match=rf"{tmp_path}"):  # noqa: PT012 some are read at once, the others in turn
        index = index_of(tmp_path, "down")
        [r.read() for part in index.splits.values() for r in part]


def test_a_damaged_zip_raises_when_it_is_read(tmp_path):
    omniglot(tmp_path / "tree")
    write(tmp_path, **{"more.zip": "PK"})
    index = index_of(tmp_path, "down")
    assert {part: len(each) for part, each in index.splits.items()} == {"train": 29, "valid": 6, "test": 6}
    (bad,) = [r for r in index.splits["train"] if r.id == "more.zip"]
    with pytest.raises(SwnError, match=r"more.zip: cannot be read as a zip"):
        bad.read()


def test_the_real_folder_by_its_list(handwriting):
    index = index_of(handwriting, "down", split_file=handwriting / "split.txt")
    assert {part: len(recordings) for part, recordings in index.splits.items()} == {"train": 17, "valid": 5, "test": 6}
    assert {r.speaker for r in index.splits["test"]} == {"paragraphs/PERSON8"}


def test_the_real_characters_by_drawer(handwriting):
    index = index_of(handwriting / "omniglot", "down")
    counts = {part: len(recordings) for part, recordings in index.splits.items()}
    assert counts == {"train": 156 * 14, "valid": 156 * 3, "test": 156 * 3}


def blocks(index, split="train"):
    return [block.tolist() for recording in index.splits[split] for block in recording.read()]


DOT = "<ink><trace>5 5</trace><trace>40 20, 60 60, 90 90</trace></ink>"


def test_a_drawing_that_begins_with_a_dot(tmp_path):
    """The frames say that the pen is lifted before the next stroke, so that no line leads to it."""
    write(tmp_path, **{f"{i}.inkml": DOT.replace("90 90", f"90 {i}") for i in range(3)})
    ((first, *_),) = [index_of(tmp_path, "up").splits["train"]]
    (points,) = first.read()
    frames = domain.frames(points, 3)
    np.testing.assert_array_equal(frames, [(1, 0, 0), (0, 35, 15), (0, 20, 40), (1, 30, -60)])
    assert [len(stroke) for stroke in strokes(domain.rows(frames))] == [2, 3]
    assert [len(stroke) for stroke in strokes(points)] == [2, 3]


def test_inkml_that_is_called_xml(tmp_path):
    text = '<?xml version="1.0"?>\n<inkml:ink xmlns:inkml="http://www.w3.org/2003/InkML">'
    body = '<inkml:annotation type="writer">{}</inkml:annotation><inkml:trace>1 2, 3 4</inkml:trace></inkml:ink>'
    write(tmp_path, **{f"{who}.xml": text + body.format(who) for who in "ab"}, **{"c.XML": INK.format("c")})
    index = index_of(tmp_path, "up")
    assert {split: index.splits[split][0].speaker for split in index.splits} == {
        "train": "a",
        "valid": "b",
        "test": "c",
    }
    assert blocks(index) == [[[0, 1, 2], [1, 3, 4]]]


def test_drawings_in_json_but_no_settings(tmp_path):
    drawings = [{"strokes": [[[0, 0], [i, 1]]]} for i in range(3)]
    write(tmp_path, **{"all.json": json.dumps(drawings), "settings.json": '{"theme": "dark"}'})
    write(tmp_path, **{"cat.ndjson": '{"key_id": "7", "drawing": [[[0, 9], [0, 8]]]}'})
    index = index_of(tmp_path, "up")
    assert ids(index) == {"train": ["all/1", "all/2"], "valid": ["all/3"], "test": ["cat/7"]}
    assert blocks(index, "test") == [[[0, 0, 0], [1, 9, 8]]]
    assert index.notes == ("1 files that hold no drawings were left out: 1 .json",)


@pytest.mark.parametrize(
    ("name", "text"), [("a.txt", PAGE), ("Greek/character01/0391_01.txt", DRAWING), ("a.jsonl", "[[[1, 2], [3, 4]]]")]
)
def test_other_encodings_are_named_with_their_remedy(tmp_path, name, text):
    write(tmp_path, **{f"{i}.jsonl": "[[[1, 2], [3, 4]]]" for i in range(3)} if name == "a.jsonl" else {})
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(text.encode("utf-16"))
    found, _ = folder.find(tmp_path, True)
    (entry,) = [entry for group in found.values() for entry in group if entry.path == name]
    with pytest.raises(SwnError, match=f"{name}: .*UTF-16, wanted UTF-8.*: save it as UTF-8, or leave it out"):
        entry.recording.read()


@pytest.mark.parametrize("by", ["writer", "drawing"])
def test_a_file_of_all_drawings_that_cannot_be_read_is_the_error(tmp_path, by):
    (tmp_path / "all.jsonl").write_bytes("[[[1, 2], [3, 4]]]\n".encode("utf-16"))
    with pytest.raises(SwnError, match="all.jsonl: .*UTF-16, wanted UTF-8.*: save it as UTF-8$"):
        index_of(tmp_path, "down", by=by)


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("cat.npz", "PK", "sketch-rnn is not read, .*numpy.load.*numpy.cumsum.*jsonl per drawing"),
        ("a.svg", "<svg/>", "SVG is not read: turn its paths into points, .*jsonl per drawing"),
        ("a.dat", ".VERSION 1.0\n.PEN_DOWN\n1 2\n.PEN_UP\n", "UNIPEN is not read: write the x and y between .PEN_DOWN"),
        ("a.unp", ".COMMENT x", "UNIPEN is not read"),
    ],
)
def test_what_is_not_read_is_to_be_converted(tmp_path, name, text, remedy):
    write(tmp_path, **{name: text})
    with pytest.raises(SwnError, match=f"found no drawings, wanted .*: .*{remedy}"):
        index_of(tmp_path, "down")
    write(tmp_path, **{f"{i}.xml": LINE for i in range(3)})
    first, second = index_of(tmp_path, "down").notes
    assert first.startswith("1 files that hold no drawings were left out: 1 .")
    assert re.search(remedy, second)


def test_one_writer_by_drawing_or_by_time(tmp_path):
    drawings = [{"strokes": [[[j, i] for j in range(40)]], "writer": "ann"} for i in range(4)]
    write(tmp_path, **{"all.jsonl": "\n".join(map(json.dumps, drawings))})
    with pytest.raises(SwnError, match="found 1 to split, wanted 3 or more: .*--option=by=drawing or --option=by=time"):
        index_of(tmp_path, "up")
    by_drawing = index_of(tmp_path, "up", by="drawing")
    assert ids(by_drawing) == {"train": ["all/1", "all/2"], "valid": ["all/3"], "test": ["all/4"]}
    write(tmp_path, **{"all.jsonl": json.dumps(drawings[0])})
    with pytest.raises(SwnError, match="found 1 to split, wanted 3 or more: .*--option=by=time"):
        index_of(tmp_path, "up", by="drawing")
    by_time = index_of(tmp_path, "up", by="time")
    assert ids(by_time) == {split: [f"all/1:{split}"] for split in ("train", "valid", "test")}
    parts = [blocks(by_time, split)[0] for split in by_time.splits]
    assert [len(part) for part in parts] == [32, 4, 4]
    assert [point for part in parts for point in part] == [[float(j == 39), j, 0] for j in range(40)]
    assert "divided by time" in by_time.notes[-1]
    with pytest.raises(SwnError, match="ink: there is no by 'tme': did you mean 'time'.*change by"):
        index_of(tmp_path, "up", by="tme")


def test_writers_are_divided_without_those_left_out(tmp_path):
    drawings = [{"strokes": [[[0, 0], [i, 1]]], "writer": f"w{i % 4}"} for i in range(8)]
    write(tmp_path, **{"all.jsonl": "\n".join(map(json.dumps, drawings))})
    left = index_of(tmp_path, "up").without(["all/4", "all/8"])  # all of the only writer to test
    assert ids(left) == {"train": ["all/1", "all/5"], "valid": ["all/2", "all/6"], "test": ["all/3", "all/7"]}


def test_names_in_other_forms_of_unicode(tmp_path):
    write(tmp_path / "all", **{f"{name}/1.xml": LINE for name in ("cafe\u0301", "a", "b")})
    write(tmp_path, list="train caf\u00e9/\nvalid a/1.xml\ntest b")
    assert ids(index_of(tmp_path / "all", "down", tmp_path / "list"))["train"] == ["cafe\u0301/1"]
