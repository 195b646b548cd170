"""Files as other programs write them: any frame rate, z up, other spellings of the same joints."""

import numpy as np
import pytest
from bvh_files import HIGH, walk

from swn_jax.corpora import motion_folder
from swn_jax.domains.motion import features
from swn_jax.errors import SwnError


def index(folder, **options):
    return motion_folder.index(folder, **(dict(motion_folder.CORPUS.options) | options))


def poses(found) -> list[np.ndarray]:
    return [recording.read()[0] for part in found.splits.values() for recording in part]


@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60, 90, 100, 120])
def test_any_rate_gives_the_same_walk(tmp_path, fps):
    """Two metres a second, whatever the file's rate: 200 / 30 between poses."""
    for n in range(3):
        walk(tmp_path / f"{n}.bvh", "no channels", n, step=(0.0, 0.0, 200 / fps), frames=2 * fps, fps=fps)
    found = index(tmp_path)
    for each in poses(found):
        places = features.places(each)
        np.testing.assert_allclose(np.diff(places[:, 0, 2]), 200 / 30, atol=1e-4)
        bones = np.linalg.norm(places[:, 1] - places[:, 0], axis=-1)
        np.testing.assert_allclose(bones, 40, atol=1e-9)  # which interpolated positions would not keep
    note = f"3 takes of {fps} frames per second resampled to 30: rotations by slerp, positions linearly"
    assert (note in found.notes) == (fps in (24, 25, 50, 100))


def test_rates_may_differ_within_a_folder(tmp_path):
    for n, fps in enumerate((24, 60, 24, 50)):
        walk(tmp_path / f"{n}.bvh", "no channels", n, step=(0.0, 0.0, 200 / fps), frames=2 * fps, fps=fps)
    found = index(tmp_path)
    assert [note for note in found.notes if "resampled" in note] == [
        f"{takes} frames per second resampled to 30: rotations by slerp, positions linearly"
        for takes in ("2 takes of 24", "1 take of 50")
    ]
    for each in poses(found):
        np.testing.assert_allclose(np.diff(features.places(each)[:, 0, 2]), 200 / 30, atol=1e-4)
    assert not [note for note in index(tmp_path, recorded="60").notes if "resampled" in note]


def test_z_up_is_turned(tmp_path):
    for n in range(3):
        walk(tmp_path / "y" / f"{n}.bvh", "no channels", n)
        walk(tmp_path / "z" / f"{n}.bvh", "z up", n)
    lying, upright, wanted = index(tmp_path / "z"), index(tmp_path / "z", up="z"), index(tmp_path / "y")
    for found, right in zip(poses(upright), poses(wanted), strict=True):
        np.testing.assert_allclose(found, right, atol=1e-9)
        np.testing.assert_allclose(features.places(found)[:, 0, 1], HIGH)
    note = "bodies are longest along {}: if that is up in these files, prepare them with --option=up={}"
    assert note.format("z", "z") in lying.notes
    assert len(upright.notes) == len(wanted.notes) == 1
    assert note.format("y", "y") in index(tmp_path / "y", up="z").notes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Hips", "mixamorig:Hips"),
        ("LeftFoot", "Character1|LEFTFOOT"),
        ("LeftFoot", "left_foot"),
        ("Xposition Yposition Zposition Zrotation", "Zposition Yposition Xposition Zrotation"),
    ],
)
def test_the_same_joints_by_another_name(tmp_path, old, new):
    """Of the take whose channels are in another order the numbers are in that order too."""
    for n in range(3):
        walk(tmp_path / f"{n}.bvh", "no channels", n)
    before = poses(index(tmp_path))
    text = (tmp_path / "2.bvh").read_text()
    head, _, body = text.replace(old, new).partition("0.0333333\n")
    if "position" in old:
        rows = [line.split() for line in body.splitlines()]
        body = "\n".join(" ".join([row[2], row[1], row[0], *row[3:]]) for row in rows)
    (tmp_path / "2.bvh").write_text(f"{head}0.0333333\n{body}\n")
    for found, right in zip(poses(index(tmp_path)), before, strict=True):
        np.testing.assert_array_equal(found, right)


def test_joints_may_come_in_another_order(tmp_path):
    for n in range(3):
        walk(tmp_path / f"{n}.bvh", "no channels", n)
    before = poses(index(tmp_path))[2]
    head, _, body = (tmp_path / "2.bvh").read_text().partition("0.0333333\n")
    spine, foot = head.index("JOINT Spine"), head.index("JOINT LeftFoot")
    end = head.index("}\n}\n}\n") + 4
    rows = [line.split() for line in body.splitlines()]
    body = "\n".join(" ".join([*row[:6], *row[9:], *row[6:9]]) for row in rows)
    (tmp_path / "2.bvh").write_text(f"{head[:spine]}{head[foot:end]}{head[spine:foot]}{head[end:]}0.0333333\n{body}\n")
    np.testing.assert_array_equal(poses(index(tmp_path))[2], before)


def test_a_joint_below_another_one_is_another_skeleton(tmp_path):
    for n in range(3):
        walk(tmp_path / f"{n}.bvh", "no channels", n)
    text = (tmp_path / "2.bvh").read_text().replace("End Site {\nOFFSET 0 30 0\n}\n}\nJOINT LeftFoot", "JOINT LeftFoot")
    (tmp_path / "2.bvh").write_text(text.replace("}\n}\n}\n", "}\n}\nEnd Site {\nOFFSET 0 30 0\n}\n}\n}\n", 1))
    found = index(tmp_path)
    with pytest.raises(SwnError, match=r"2.bvh: found joint LeftFoot below Spine, wanted it below Hips, as in .*0.bvh"):
        found.splits["test"][0].read()
