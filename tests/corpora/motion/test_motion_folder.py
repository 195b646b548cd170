import zipfile

import numpy as np
import pytest

from swn_jax.corpora import motion_folder, prepare
from swn_jax.domains.motion import MOTION, bvh, features, kinematics
from swn_jax.domains.motion.places import places
from swn_jax.errors import SwnError

OPTIONS = dict(motion_folder.CORPUS.options)


def index(folder, split_file=None, **options):
    return motion_folder.index(folder, split_file, **(OPTIONS | options))


@pytest.fixture
def folder(make, tmp_path):
    return make.tree_of_files(tmp_path / "data")


def poses(recording):
    return np.concatenate(list(recording.read()))


def rows(recording, kind="differences"):
    """The frames of a recording, as models read them."""
    found = poses(recording)
    return MOTION.frames(found, found.shape[1], {"features": kind})


def test_shares_of_the_sorted_ids(folder):
    found = index(folder)
    assert [len(found.splits[split]) for split in ("train", "valid", "test")] == [8, 1, 1]
    ids = [recording.id for part in found.splits.values() for recording in part]
    assert ids == sorted(ids)
    assert len(set(ids)) == 10
    assert (found.frame_size, found.rate) == (15, 30.0)
    assert found.splits["train"][0].speaker == "tango"
    assert found.splits["train"][0].file is None  # members share their archive, and so may splits
    assert found.splits["test"][0].file == folder / "open/solo/2.bvh"


def test_a_list_decides(folder, tmp_path):
    (tmp_path / "l.txt").write_text("test more.zip:tango/6.BVH\ntrain open/pair/3.bvh\nvalid open/solo/0.bvh # one\n")
    found = index(folder, tmp_path / "l.txt")
    assert {split: [r.id for r in part] for split, part in found.splits.items()} == {
        "train": ["open/pair/3.bvh"],
        "valid": ["open/solo/0.bvh"],
        "test": ["more.zip:tango/6.BVH"],
    }


@pytest.mark.parametrize("line", ["train open/pair/9.bvh", "train open/pair/3.bvh", "best open/pair/4.bvh", "train"])
def test_a_bad_list_is_refused_with_its_line(folder, tmp_path, line):
    good = "train open/pair/3.bvh\nvalid open/solo/0.bvh\ntest open/solo/1.bvh\n"
    (tmp_path / "l.txt").write_text(good + line + "\n")
    with pytest.raises(SwnError, match=r"l.txt, line 4: "):
        index(folder, tmp_path / "l.txt")


def test_a_folder_is_no_list(folder):
    with pytest.raises(SwnError, match="cannot be read as text"):
        index(folder, folder)


def test_rows_are_every_second_frame_without_the_edges(folder, make):
    """The file has 60 frames a second; joints by the kinematics, differences by hand."""
    recording = next(r for r in index(folder).splits["train"] if r.id == "open/pair/4.bvh")
    clip = bvh.read(folder / "open" / "pair" / "4.bvh")
    places = kinematics.positions(clip.skeleton, clip.motion[10:-10:2])
    places = np.concatenate([places[:, :1], places[:, 1:] - places[:, :1]], 1).reshape(len(places), -1)
    found = rows(recording)
    assert poses(recording).dtype == np.float64
    assert len(found) == 11
    np.testing.assert_allclose(found, (places[1:] - places[:-1]) / 100, atol=1e-6)


def test_poses_can_be_asked_for(folder):
    steps, whole = (rows(index(folder, features=kind).splits["test"][0], kind) for kind in features.KINDS)
    np.testing.assert_allclose(whole[:, [0, 2]], steps[:, [0, 2]], atol=1e-6)
    np.testing.assert_allclose(np.diff(whole[:, 3:], axis=0), steps[:-1, 3:], atol=1e-6)


def test_what_was_recorded_can_be_said(folder):
    whole = {r.id: len(rows(r)) for r in index(folder, edge=0).splits["train"]}
    some = {r.id: len(rows(r)) for r in index(folder, edge=0, recorded="solo=120, tango=30").splits["train"]}
    assert (whole["open/pair/4.bvh"], some["open/pair/4.bvh"]) == (21, 21)
    assert (whole["more.zip:tango/6.BVH"], some["more.zip:tango/6.BVH"]) == (22, 45)
    assert len(rows(index(folder, edge=0, recorded="120").splits["test"][0])) == 10


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"features": "difference"}, "did you mean 'differences'"),
        ({"fps": 0}, "fps: found 0"),
        ({"fps": float("nan")}, "fps: found nan"),
        ({"fps": 601}, r"found 60 frames per second, wanted 60.1 or more: lower fps"),
        ({"up": "x"}, "up: found x, wanted y or z"),
        ({"edge": -1}, "edge: found -1"),
        ({"edge": 1.5}, "edge: found 1.5"),
        ({"edge": float("nan")}, "edge: found nan"),
        ({"edge": float("inf")}, "edge: found inf"),
        ({"edge": 30}, r"found 46 frames, 30 dropped at each end.*wanted 3 or more"),
        ({"recorded": "sulo=60"}, "did you mean 'solo'"),
        ({"recorded": "solo=x"}, "recorded: found solo=x"),
        ({"recorded": "solo=60,solo=30"}, "each folder once"),
    ],
)
def test_bad_options_are_refused(folder, options, message):
    with pytest.raises(SwnError, match=message):
        index(folder, **options)


def test_another_skeleton_is_named_when_read(folder, make):
    for n, (old, new, differs) in enumerate(
        [
            (b"Joint lHand", b"Joint rHand", "found joint rHand, wanted lHand"),
            (b"\tEND SITE\n\t{\n\t\tOFFSET 0 -8 .5\n\t}\n", b"", "found 4 joints and end points, wanted 5"),
        ]
    ):
        other = make.bvh(make.angles(40), 1 / 60, make.tree.replace(old, new))
        (folder / "open" / "solo" / f"x{n}.bvh").write_bytes(other)
        found = {r.id: r for part in index(folder).splits.values() for r in part}
        with pytest.raises(SwnError, match=f"x{n}.bvh: {differs}.* as in .*more.zip:tango/6.BVH"):
            found[f"open/solo/x{n}.bvh"].read()


def test_other_lengths_are_another_person(folder, make):
    tall = make.bvh(make.angles(46, 6), 1 / 60, make.tree.replace(b"OFFSET\t0 10 0", b"OFFSET 0 20 0"))
    (folder / "tall.bvh").write_bytes(tall)
    found = {r.id: rows(r) for part in index(folder).splits.values() for r in part}
    short = found["more.zip:tango/6.BVH"]
    np.testing.assert_allclose(found["tall.bvh"][:, 3:6], 2 * short[:, 3:6], atol=1e-5)


def test_bad_content_waits_until_it_is_read(folder, make):
    (folder / "more.zip").rename(folder / "later.zip")
    (folder / "a.bvh").write_bytes(make.bvh(make.angles(40), 1 / 60)[:-9])
    (folder / "b.zip").write_bytes(b"no archive")
    found = index(folder)
    assert [r.id for r in found.splits["train"][:3]] == ["a.bvh", "b.zip", "later.zip:tango/6.BVH"]
    for recording, message in zip(found.splits["train"], ("a.bvh, line 65", "b.zip: cannot be opened"), strict=False):
        with pytest.raises(SwnError, match=message):
            recording.read()
    assert found.frame_size == 15


def test_a_listed_member_of_a_damaged_archive_waits_too(folder, tmp_path):
    (folder / "b.zip").write_bytes(b"no archive")
    lines = (
        "train b.zip:x/1.bvh\ntrain b.zip:x/2.bvh\ntrain open/pair/3.bvh\nvalid open/solo/0.bvh\ntest open/solo/1.bvh"
    )
    (tmp_path / "l.txt").write_text(lines)
    found = index(folder, tmp_path / "l.txt").splits["train"]
    assert [r.id for r in found] == ["b.zip:x/1.bvh", "b.zip:x/2.bvh", "open/pair/3.bvh"]
    with pytest.raises(SwnError, match="cannot be opened"):
        found[0].read()


def test_nothing_that_can_be_read_is_an_error(tmp_path):
    for n in range(3):
        (tmp_path / f"{n}.bvh").write_bytes(b"no motion")
    with pytest.raises(SwnError, match=r"0.bvh: found no line MOTION"):
        index(tmp_path)


def test_too_few_to_share(make, tmp_path):
    for n in range(2):
        (tmp_path / f"{n}.bvh").write_bytes(make.bvh(make.angles(40), 1 / 60))
    with pytest.raises(SwnError, match="found 2 to split, wanted 3 or more: .*--option=by=time$"):
        index(tmp_path)


def test_one_take_is_divided_by_time(make, tmp_path):
    (tmp_path / "a.bvh").write_bytes(make.bvh(make.angles(200), 1 / 30))
    found = index(tmp_path, by="time")
    assert {split: [r.id for r in part] for split, part in found.splits.items()} == {
        split: [f"a.bvh:{split}"] for split in ("train", "valid", "test")
    }
    assert [len(rows(part[0])) for part in found.splits.values()] == [143, 17, 17]
    assert (found.frame_size, found.rate, found.notes[-1][:29]) == (15, 30.0, "each recording is divided by ")
    with pytest.raises(SwnError, match="no way to split by 'tme': did you mean 'time'"):
        index(tmp_path, by="tme")


def test_the_skeleton_is_the_one_that_most_files_have(make, tmp_path):
    """The first file has another: it is the bad one, not the ten others; those left out do not count."""
    other = make.tree.replace(b"Joint lHand", b"Joint rHand")
    (tmp_path / "a.bvh").write_bytes(make.bvh(make.angles(40), 1 / 60, other))
    for n in range(10):
        (tmp_path / f"b{n}.bvh").write_bytes(make.bvh(make.angles(40 + n, n), 1 / 60))
    found = {r.id: r for part in index(tmp_path).splits.values() for r in part}
    assert all(len(rows(found[f"b{n}.bvh"])) for n in range(10))
    with pytest.raises(SwnError, match="a.bvh: found joint rHand, wanted lHand, as in .*b0.bvh"):
        rows(found["a.bvh"])
    left = index(tmp_path).without(["a.bvh"])
    assert [len(part) for part in left.splits.values()] == [8, 1, 1]


def test_what_is_left_out_is_told(folder):
    assert index(folder).notes == ()
    for name in ("a.fbx", "open/b.FBX", "c.txt"):
        (folder / name).touch()
    assert index(folder).notes == ("left out, as they are no BVH: 2 .fbx, 1 .txt",)


def test_the_members_of_one_archive_are_divided(make, tmp_path):
    with zipfile.ZipFile(tmp_path / "salsa.zip", "w") as archive:
        for n in range(4):
            archive.writestr(f"salsa/{n}.bvh", make.bvh(make.angles(60 + n, n), 1 / 60))
    made = prepare("motion", tmp_path / "data", manual_dir=tmp_path)
    assert made.ids == {
        "train": ("salsa.zip:salsa/0.bvh", "salsa.zip:salsa/1.bvh"),
        "valid": ("salsa.zip:salsa/2.bvh",),
        "test": ("salsa.zip:salsa/3.bvh",),
    }


def test_the_place_of_the_folder_does_not_matter(folder, tmp_path):
    before = index(folder)
    folder.rename(tmp_path / "elsewhere")
    after = index(tmp_path / "elsewhere")
    assert before.digests() == after.digests()
    assert before.extra == after.extra


def test_rest_is_the_first_pose_of_the_first_take(folder):
    found = index(folder, features="differences")
    with zipfile.ZipFile(folder / "more.zip") as archive:
        clip = bvh.parse(archive.read("tango/6.BVH"), "a")
    places = kinematics.positions(clip.skeleton, clip.motion[10:-10:2])
    np.testing.assert_array_equal(found.extra["rest"], poses(found.splits["train"][0])[0])
    decoded = features.decode(rows(found.splits["train"][0]), "differences", np.array(found.extra["rest"]))
    np.testing.assert_allclose(features.places(decoded) + places[:, 0].mean(0) * [1, 0, 1], places, atol=1e-4)


def test_the_real_dances(sample):
    found = index(sample, sample / "split.txt", recorded="salsa=60,indian=120")
    assert {split: len(part) for split, part in found.splits.items()} == {"train": 9, "valid": 2, "test": 2}
    assert found.frame_size == 171
    train = [rows(r) for r in found.splits["train"]]
    assert [len(r) for r in train] == [1111, 1040, 905, 925, 829, 876, 1025, 623, 573]
    whole = np.concatenate(train).astype(np.float64)
    shift, scale = MOTION.scalings["scalar"](whole.mean(0), whole.std(0))
    np.testing.assert_allclose([shift[0], scale[0]], [whole.mean(), whole.std()], rtol=1e-9)
    np.testing.assert_allclose(scale[0], 0.01574227, rtol=1e-6)


def test_the_other_skeleton_in_the_real_folder_is_refused(sample):
    found = {r.id: r for part in index(sample, recorded="salsa=60,indian=120").splits.values() for r in part}
    with pytest.raises(SwnError, match="131_01.bvh: found 38 joints and end points, wanted 57"):
        found["bvh/other_skeleton/131_01.bvh"].read()


def test_rotations_can_be_asked_for(make, tmp_path):
    """Places that follow from the rows are those of the kinematics of the files; a hand that grows stays as it was."""
    for n in range(4):
        tree = make.tree if n < 3 else make.tree.replace(b"OFFSET 0 5e0 0", b"OFFSET 0 7 0")
        (tmp_path / f"{n}.bvh").write_bytes(make.bvh(make.angles(40, n), 1 / 30, tree))
    found = index(tmp_path, features="rotations", edge=0)
    takes = {r.id: poses(r) for part in found.splits.values() for r in part}
    assert {take.shape[1] for take in takes.values()} == {found.frame_size} == {4 + 6 * 3}
    clips = {id: bvh.read(tmp_path / id) for id in takes}
    for id in ("0.bvh", "2.bvh"):
        wanted = kinematics.positions(clips[id].skeleton, clips[id].motion)
        np.testing.assert_allclose(places(takes[id], found.extra), wanted, atol=1e-6)
    lengths = kinematics.lengths(found.extra["skeleton"]["parents"], places(takes["3.bvh"], found.extra))
    np.testing.assert_allclose(lengths[:, 1], 5)


def test_files_without_rotations_are_refused(make, tmp_path):
    only_places = make.tree.replace(b"3 Zrotation Xrotation Yrotation", b"3 Xposition Yposition Zposition")
    for n in range(3):
        (tmp_path / f"{n}.bvh").write_bytes(make.bvh(make.angles(40, n), 1 / 30, only_places))
    assert index(tmp_path, features="poses").frame_size == 15
    with pytest.raises(SwnError, match=r"0.bvh: found Left Arm moving by its position, .*--option=features=poses"):
        index(tmp_path, features="rotations")
