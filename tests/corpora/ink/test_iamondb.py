import pytest

from swn_jax.corpora import iam_splits, iamondb
from swn_jax.errors import SwnError

POINTS = '<Point x="1" y="2" time="0"/><Point x="{}" y="5" time="1"/>'
LINE = f"<WhiteboardCaptureSession><StrokeSet><Stroke>{POINTS}</Stroke></StrokeSet></WhiteboardCaptureSession>"


def write(root, form, count, folder=None):
    """The lines of a form, the first numbered 1; what they hold tells them apart."""
    at = root / "lineStrokes" / form.split("-")[0] / (folder or form.rstrip("abcdefghijklmnopqrstuvwxyz"))
    at.mkdir(parents=True, exist_ok=True)
    for i in range(1, count + 1):
        (at / f"{form}-{i:02d}.xml").write_text(LINE.format(i))


@pytest.fixture
def root(tmp_path):
    for form, count in (("a01-000u", 3), ("a01-000x", 2), ("b05-017", 11), ("c02-012", 1), ("d01-001z", 2)):
        write(tmp_path, form, count)
    return tmp_path


def lists(root, **names):
    for name, text in names.items():
        (root / f"{name}.txt").write_text(text)


def ids(index):
    return {part: [recording.id for recording in recordings] for part, recordings in index.splits.items()}


def test_lines_in_the_order_of_the_lists_and_of_their_numbers(root):
    lists(root, train=" b05-017\n a01-000u\n\n", valid=" c02-012\n")
    (root / "lineStrokes/b05/b05-017/b05-017-100.xml").write_text(LINE.format(100))
    index = iamondb.index(root)
    assert ids(index) == {
        "train": [
            *(f"b05/b05-017/b05-017-{i:02d}" for i in [*range(1, 12), 100]),
            *(f"a01/a01-000/a01-000u-{i:02d}" for i in (1, 2, 3)),
        ],
        "valid": ["c02/c02-012/c02-012-01"],
    }
    assert [next(iter(r.read()))[1, 1] for r in index.splits["train"]] == [*range(1, 12), 100, 1, 2, 3]
    assert [r.speaker for r in index.splits["train"]][-1] == "a01-000u"


def test_notes_say_what_differs_from_the_protocol(root):
    lists(root, train="a01-000u\ne01-001\n", valid="c02-012\n")
    notes = iamondb.index(root).notes
    assert "train: found 2 forms, the published list has 1535" in notes
    assert "train: 1 of 2 forms have no lines, the first is e01-001" in notes
    assert "train: found 3 lines, the published protocol has 10826" in notes
    assert "valid: found 1 forms, the published list has 192" in notes
    assert "56.04462" in notes[-1]


def test_the_lists_that_come_with_the_database(root):
    (root / "task1").mkdir()
    lists(root / "task1", trainset="a01-000u", testset_t="a01-000x", testset_f="b05-017", testset_v="c02-012\nd01-001z")
    got = iam_splits.find(root)
    assert got == {"train": ["a01-000u", "a01-000x", "b05-017"], "valid": ["c02-012", "d01-001z"]}


def test_the_lists_of_the_protocol_come_first(root):
    lists(root, trainset="a01-000u", testset_t="a01-000x", testset_f="b05-017", testset_v="c02-012")
    lists(root, train="d01-001z", valid="c02-012")
    assert iam_splits.find(root) == {"train": ["d01-001z"], "valid": ["c02-012"]}


def test_a_list_of_ones_own(root, tmp_path):
    lists(root, train="a01-000u", valid="c02-012")
    chosen = tmp_path / "mine.list"
    chosen.write_text("# mine\nvalid a01-000x\ntrain d01-001z  # good\ntrain c02-012\n")
    index = iamondb.index(root, split_file=chosen)
    assert [r.speaker for r in index.splits["train"]] == ["d01-001z", "d01-001z", "c02-012"]
    assert [r.speaker for r in index.splits["valid"]] == ["a01-000x", "a01-000x"]


@pytest.mark.parametrize("inner", ["", "lineStrokes-all", "lineStrokes"])
def test_where_the_lines_may_be(root, tmp_path_factory, inner):
    lists(root, train="a01-000u", valid="c02-012")
    there = tmp_path_factory.mktemp("db")
    if inner == "lineStrokes-all":
        (there / inner).mkdir()
        (root / "lineStrokes").rename(there / inner / "lineStrokes")
        (root / "train.txt").rename(there / "train.txt")
        (root / "valid.txt").rename(there / "valid.txt")
        root = there
    elif inner:
        chosen = root / "list"
        chosen.write_text("train a01-000u\nvalid c02-012")
        assert len(iamondb.index(root / "lineStrokes", split_file=chosen).splits["train"]) == 3
        return
    assert len(iamondb.index(root).splits["train"]) == 3


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("test a01-000u", "line 1: there is no part 'test'"),
        ("train a01-000u\ntrain a01-000u", "line 2: a01-000u is already in .*line 1"),
        ("train a01-000u\nvalid a01-000u", "line 2: a01-000u is already in .*line 1"),
        ("train a01-000u", "found nothing for valid"),
        ("train ../a01\nvalid c02-012", r"line 1: found '../a01', wanted a form, as a01-000u"),
        ("train *\nvalid c02-012", "line 1: found '\\*', wanted a form"),
        ("train e01-001\nvalid c02-012", r"found no lines for train \(e01-001, ...\), wanted a01/a01-000"),
    ],
)
def test_faulty_lists(root, tmp_path, text, what):
    chosen = tmp_path / "list"
    chosen.write_text(text)
    with pytest.raises(SwnError, match=what):
        iamondb.index(root, split_file=chosen)


def test_lists_that_are_missing_or_there_twice(root):
    with pytest.raises(SwnError, match=r"found no lists of forms, wanted train.txt \+ valid.txt or trainset.txt"):
        iamondb.index(root)
    lists(root, train="a01-000u", valid="")
    with pytest.raises(SwnError, match=r"found no lines for valid \(no form"):
        iamondb.index(root)
    lists(root, valid="a01-000u")
    with pytest.raises(SwnError, match=r"valid.txt: a01-000u is already in .*train.txt"):
        iamondb.index(root)
    (root / "more").mkdir()
    lists(root / "more", train="a01-000u")
    with pytest.raises(SwnError, match=r"wanted one train.txt: remove the other"):
        iamondb.index(root)


def test_missing_folders_and_lists_that_are_no_text(root, tmp_path):
    with pytest.raises(SwnError, match="nowhere: found no folder lineStrokes: give the folder of IAM-OnDB"):
        iamondb.index(tmp_path / "nowhere")
    lists(root, valid="a01-000u")
    (root / "train.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(SwnError, match=r"train.txt: cannot be read as text"):
        iamondb.index(root)
    (root / "train.txt").unlink()
    (root / "train.txt").mkdir()
    with pytest.raises(SwnError, match=r"train.txt: cannot be read as text .*directory"):
        iamondb.index(root)


def test_the_record():
    record = iamondb.CORPUS
    assert record.splits == ("train", "valid")
    assert record.published == {"RNN": 1016, "VRNN": 1334, "WaveNet": 1021, "SWaveNet": 1301}
    assert (record.unit, record.frame_size) == ("line", 3)


def test_texts_are_those_of_the_folder_ascii(root):
    lists(root, train="a01-000u", valid="c02-012")
    bare = iamondb.index(root)
    assert "no transcripts (no folder ascii beside lineStrokes): --config.condition=text needs them" in bare.notes
    assert not any(one.text for lines in bare.splits.values() for one in lines)
    folder = root / "ascii-all" / "ascii" / "a01" / "a01-000"
    folder.mkdir(parents=True)
    (folder / "a01-000u.txt").write_text("CSR:\n\nA MOVE to\nstop Mr.\n")
    index = iamondb.index(root, end=1)
    assert [one.text for one in index.splits["train"]] == ["A MOVE to", "stop Mr.", ""]
    assert "2 lines have no transcript, the first is a01/a01-000/a01-000u-03" in index.notes
