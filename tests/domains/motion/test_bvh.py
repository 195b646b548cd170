import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swn_jax.domains.motion import bvh
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError


def test_reads_the_tree_as_written(make):
    motion = make.angles(4)
    clip = bvh.parse(make.bvh(motion), "a.bvh")
    assert clip.skeleton.names == make.names
    assert clip.skeleton.parents == (-1, 0, 1, 2, 0)
    assert clip.skeleton.offsets == ((1, 2, 3), (0, 10, 0), (0, 5, 0), (1, 0, 0), (0, -8, 0.5))
    assert clip.skeleton.channels[0] == ("Xposition", "Yposition", "Zposition", "Zrotation", "Yrotation", "Xrotation")
    assert clip.skeleton.channels[1:] == (("Zrotation", "Xrotation", "Yrotation"), ("Yrotation",), None, None)
    assert clip.skeleton.width == make.width
    assert clip.seconds == 0.0083333
    np.testing.assert_array_equal(clip.motion, motion)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\n\n"])
def test_line_ends_do_not_matter(make, end):
    data = make.bvh(make.angles(4))
    other = data.replace(b"\r\n", b"\n").replace(b"\n", end)
    assert bvh.parse(other, "a").skeleton == bvh.parse(data, "a").skeleton
    np.testing.assert_array_equal(bvh.parse(other, "a").motion, bvh.parse(data, "a").motion)


def test_a_byte_order_mark_is_no_text_of_its_own(make):
    assert bvh.parse(b"\xef\xbb\xbf" + make.bvh(make.angles(4)), "a").skeleton.names == make.names


def test_written_files_read_back_to_the_last_digit(make, tmp_path):
    clip = bvh.parse(make.bvh(make.angles(4) / 7, seconds=1 / 30), "a")
    bvh.write(tmp_path / "b.bvh", clip)
    again = bvh.read(tmp_path / "b.bvh")
    assert (again.skeleton, again.seconds) == (clip.skeleton, clip.seconds)
    np.testing.assert_array_equal(again.motion, clip.motion)


def test_a_joint_may_have_two_end_points(make, tmp_path):
    end = b"End Site\n{\nOFFSET 1 0 0\n}\n"
    clip = bvh.parse(make.bvh(make.angles(4), tree=make.tree[:-2] + end + b"}\n"), "a")
    assert clip.skeleton.names == (*make.names, "hip_end2")
    bvh.write(tmp_path / "b.bvh", clip)
    assert bvh.read(tmp_path / "b.bvh").skeleton == clip.skeleton


def test_json_keeps_the_skeleton(make):
    import json

    skeleton = bvh.parse(make.bvh(make.angles(4)), "a").skeleton
    assert Skeleton.from_json(json.loads(json.dumps(skeleton.to_json()))) == skeleton


def test_deep_and_wide_trees_need_no_recursion(make):
    depth = 900
    deep = b"HIERARCHY\nROOT j\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n"
    deep += b"".join(b"JOINT j%d\n{\nOFFSET 0 1 0\nCHANNELS 0\n" % n for n in range(depth)) + b"}\n" * (depth + 1)
    assert len(bvh.parse(make.bvh(make.angles(2, width=1), tree=deep), "a").skeleton.names) == depth + 1
    far = deep.replace(b"}\n", b"", depth).replace(b"CHANNELS 0\n", b"CHANNELS 0\n}\n") * 1
    assert set(bvh.parse(make.bvh(make.angles(2, width=1), tree=far), "a").skeleton.parents) == {-1, 0}


FAULTS = {
    "HIERARCHY": (b"HIERARCHY", b"HIERARCHI", "line 1: found HIERARCHI, wanted HIERARCHY"),
    "no root": (b"ROOT hip", b"JOINT hip", "line 2: .*wanted ROOT"),
    "two roots": (b"JOINT Left Arm", b"ROOT two", "line 6: found ROOT two"),
    "no brace": (b"ROOT hip\n{", b"ROOT hip", "line 3: found OFFSET.*wanted {"),
    "extra brace": (b"MOTION", b"}\nMOTION", "line 23: found }, wanted MOTION"),
    "missing brace": (b".5\n\t}\n}", b".5\n\t}", "line 21: found the end of the skeleton, wanted }"),
    "offset of two": (b"OFFSET 1 2 3", b"OFFSET 1 2", "line 4: found 1 2, wanted three numbers"),
    "offset nan": (b"OFFSET 1 2 3", b"OFFSET 1 nan 3", "line 4: found 1 nan 3, wanted three numbers"),
    "offset huge": (b"OFFSET 1 2 3", b"OFFSET 1 1e7 3", "line 4"),
    "offset 1_0": (b"OFFSET 1 2 3", b"OFFSET 1 2_0 3", "line 4"),
    "offset twice": (b"OFFSET 1 2 3", b"OFFSET 1 2 3\nOFFSET 1 2 3", "line 5: found a second OFFSET"),
    "no offset": (b"\t\tOFFSET 0 5e0 0\n", b"", "found no OFFSET for lHand"),
    "no channels": (b"\t\tCHANNELS 1 Yrotation\n", b"", "found no CHANNELS for lHand"),
    "channels of an end": (b"OFFSET 1 0 0", b"OFFSET 1 0 0\nCHANNELS 0", "never for an End Site"),
    "channels unknown": (b"1 Yrotation", b"1 Wrotation", "line 12: found 1 Wrotation, wanted a count"),
    "channels twice": (b"1 Yrotation", b"2 Yrotation Yrotation", "line 12"),
    "channels miscounted": (b"1 Yrotation", b"2 Yrotation", "line 12"),
    "channels absurd": (b"1 Yrotation", b"999999999999 Yrotation", "line 12"),
    "joint in an end": (b"OFFSET 1 0 0", b"OFFSET 1 0 0\nJOINT x\n{\n}\n", "found x, wanted } after"),
    "joint unnamed": (b"Joint lHand", b"Joint ", "line 10: found Joint, wanted OFFSET"),
    "keyword": (b"End Site", b"Final Site", "line 13: found Final Site"),
    "motion": (b"MOTION", b"NOTION", "found no line MOTION"),
    "frames zero": (b"Frames:\t4", b"Frames:\t0", "line 24: found Frames:\t0, wanted Frames: a count"),
    "frames negative": (b"Frames:\t4", b"Frames:\t-4", "line 24"),
    "frames huge": (b"Frames:\t4", b"Frames:\t999999999", "found 4 lines of numbers, the header promises 999999999"),
    "frames few": (b"Frames:\t4", b"Frames:\t3", "found 4 lines of numbers, the header promises 3: set Frames to 4$"),
    "frames more": (b"Frames:\t4", b"Frames:\t5", "found 4 lines of numbers, the header promises 5: set Frames to 4$"),
    "frames many": (b"Frames:\t4", b"Frames:\t6", "found 4 lines of numbers, the header promises 6"),
    "time zero": (b"0.0083333", b"0.0", "line 25: found Frame Time: 0.0"),
    "time nan": (b"0.0083333", b"nan", "line 25"),
    "time points": (b"0.0083333", b"0.0.0", "line 25"),
    "Latin-1": (b"lHand", "Rücken".encode("latin-1"), r"found a byte that is not UTF-8 at \d+, .*: save"),
    "zeros": (b"lHand", b"l\0H\0", "found zero bytes as of UTF-16, wanted UTF-8: save it as UTF-8"),
}


@pytest.mark.parametrize(("old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_says_what_is_wrong_and_where(make, old, new, message):
    data = make.bvh(make.angles(4)).replace(b"\r\n", b"\n")
    assert old in data
    remedy = "" if message.endswith("$") or "save" in message else ".*: copy the file again"
    with pytest.raises(SwnError, match=f"(?s)a.bvh.*{message}{remedy}"):
        bvh.parse(data.replace(old, new, 1), "a.bvh")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_texts_of_windows_are_read(make, encoding):
    data = make.bvh(make.angles(4)).replace(b"lHand", "Rücken".encode())
    clip = bvh.parse(data.decode().encode(encoding), "a")
    assert clip.skeleton.names[2:4] == ("Rücken", "Rücken_end")
    assert bvh.frame_time(data.decode().encode(encoding)) == clip.seconds


def test_equal_names_are_numbered_and_end_points_give_way(make, tmp_path):
    """A joint called as an end point would be; and files whose joints have one name twice."""
    for new, names in {
        b"hip_end": ("hip", "Left Arm", "hip_end", "hip_end_end", "hip_end2"),
        b"hip": ("hip", "Left Arm", "hip_2", "hip_2_end", "hip_end"),
        b"Left Arm": ("hip", "Left Arm", "Left Arm_2", "Left Arm_2_end", "hip_end"),
    }.items():
        clip = bvh.parse(make.bvh(make.angles(4), tree=make.tree.replace(b"lHand", new)), "a")
        assert clip.skeleton.names == names
        bvh.write(tmp_path / "b.bvh", clip)
        assert bvh.read(tmp_path / "b.bvh").skeleton == clip.skeleton


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e7])
def test_absurd_numbers_are_named_with_their_line(make, value):
    motion = make.angles(4)
    motion[2, 5] = value
    with pytest.raises(SwnError, match=r"a.bvh, line 28: found .*, wanted numbers within"):
        bvh.parse(make.bvh(motion), "a.bvh")


@pytest.mark.parametrize(
    ("word", "named"), [(b"ten", "ten"), (b"0,5", "0,5"), (b"1_0", "1_0"), (b"nan", "nan"), (b"1e9", "1000000000.0")]
)
def test_the_bad_word_of_a_row_is_named(make, word, named):
    motion = make.angles(4)
    motion[2, 5] = 0.12345
    with pytest.raises(SwnError, match=f"a.bvh, line 28: found {named} as number 6, wanted "):
        bvh.parse(make.bvh(motion).replace(b"0.12345", word), "a.bvh")


@pytest.mark.parametrize(
    "row", [b"1 2 3\n", b"1 2 3 4 5 6 7 8 9 ten\n", b"1 2 3 4 5 6 7 8 9 1_0\n", b"1 2 3 4 5 6 7 8 9 10 11\n"]
)
def test_rows_of_another_width_are_named(make, row):
    data = make.bvh(make.angles(4)).replace(b"Frames:\t4", b"Frames:\t5") + row
    with pytest.raises(SwnError, match="a.bvh, line 30: found"):
        bvh.parse(data, "a.bvh")


def test_cut_files_are_refused_wherever_they_end(make):
    data = make.bvh(make.angles(4))
    for end in range(0, len(data) - 16):
        with pytest.raises(SwnError, match="a.bvh"):
            bvh.parse(data[:end], "a.bvh")


def test_a_folder_is_no_file(tmp_path, make):
    with pytest.raises(SwnError, match="cannot be read"):
        bvh.read(tmp_path)
    with pytest.raises(SwnError, match="cannot be written"):
        bvh.write(tmp_path, bvh.parse(make.bvh(make.angles(2)), "a"))


@settings(max_examples=300, deadline=2000, derandomize=True, database=None)
@given(data=st.data())
def test_survives_any_damage(make, data):
    damaged = data.draw(make.damaged(make.bvh(make.angles(6))))
    tracemalloc.start()
    try:
        clip = bvh.parse(damaged, "a.bvh")
        assert np.isfinite(clip.motion).all()
        assert clip.motion.shape[1] == clip.skeleton.width
    except SwnError as error:
        assert str(error).startswith("a.bvh")  # noqa: PT017
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2**22


def test_reads_the_real_dances(sample):
    facts = {
        "salsa/10.bvh": (1198, 132, 57, 0.00833333),
        "indian/13.bvh": (1996, 132, 57, 0.00833333),
        "other_skeleton/131_01.bvh": (994, 96, 38, 0.0083333),
    }
    for name, (frames, width, joints, seconds) in facts.items():
        begin = time.perf_counter()
        clip = bvh.read(sample / "bvh" / name)
        assert time.perf_counter() - begin < 1
        assert clip.motion.shape == (frames, width)
        assert (len(clip.skeleton.names), clip.seconds) == (joints, seconds)
    assert clip.skeleton.channels.count(("Zrotation", "Xrotation", "Yrotation")) == 12
    assert clip.skeleton.channels.count(("Zrotation", "Yrotation", "Xrotation")) == 18
