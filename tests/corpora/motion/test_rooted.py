"""A joint above the hips that stands still, as Blender writes an armature: the body begins at the hips."""

import numpy as np
import pytest
from bvh_files import HIGH, ROOTS, walk

from swn_jax.corpora import motion_folder
from swn_jax.domains.motion import bvh, features, files, kinematics, statistics
from swn_jax.domains.motion.skeleton import Skeleton


def index(folder, **options):
    return motion_folder.index(folder, **(dict(motion_folder.CORPUS.options) | options))


@pytest.fixture(params=ROOTS)
def found(request, tmp_path):
    for n in range(3):
        walk(tmp_path / f"{n}.bvh", request.param, n)
    return index(tmp_path)


def test_the_hips_are_drawn_where_they_are(found):
    rows = found.splits["test"][0].read()[0]
    places = features.places(rows)
    assert found.extra["skeleton"]["names"] == ["Hips", "Spine", "Spine_end", "LeftFoot", "LeftFoot_end"]
    np.testing.assert_allclose(places[:, 0, 1], HIGH, atol=1e-3)
    assert np.ptp(places[:, 0, [0, 2]], axis=0) == pytest.approx([39, 78], abs=1e-3)
    assert found.notes == ("Armature stands still: Hips, the first joint that moves, is the root",)
    assert found.frame_size == 15


def test_statistics_are_those_of_the_hips(found):
    rows = [recording.read()[0] for recording in found.splits["train"]]
    made = statistics.measure(rows, 30.0, found.extra)
    np.testing.assert_allclose(made["root speed"].values, 30 * np.hypot(1, 2), rtol=1e-3)


def test_samples_go_where_they_go(found, tmp_path):
    rows = found.splits["test"][0].read()[0]
    made = files.write(tmp_path, "a", rows, 30.0, found.extra)
    clip = bvh.read(made.kept[1])
    hips = kinematics.positions(clip.skeleton, clip.motion)[:, 0]
    np.testing.assert_allclose(hips[:, 1], HIGH, atol=1e-3)


def test_what_hangs_beside_the_hips_is_kept_and_never_rigid(tmp_path):
    for n in range(3):
        more = "JOINT Prop {\nOFFSET 50 0 0\nCHANNELS 3 Zrotation Xrotation Yrotation\nEnd Site {\nOFFSET 0 9 0\n}\n}\n"
        walk(tmp_path / f"{n}.bvh", "no channels", n, more=more)
    found = index(tmp_path)
    skeleton = Skeleton.from_json(found.extra["skeleton"])
    assert skeleton.names[-2:] == ("Prop", "Prop_end")
    assert (skeleton.parents[-2:], skeleton.loose) == ((0, 5), [False] * 5 + [True, False])
    rows = found.splits["test"][0].read()[0]
    made = files.write(tmp_path, "a", rows, 30.0, found.extra)
    assert made.facts["bvh error"] < 0.5


def test_a_root_that_moves_keeps_its_place_and_its_pelvis_is_loose(tmp_path):
    """As game engines have it: a root on the ground, and a pelvis that sways above it."""
    for n in range(3):
        walk(tmp_path / f"{n}.bvh", "six zeros", n)
        lines = (tmp_path / f"{n}.bvh").read_text().splitlines()
        rows = [line.replace("0 0 0", f"{t} 0 {3 * t}", 1) for t, line in enumerate(lines[-60:])]
        (tmp_path / f"{n}.bvh").write_text("\n".join(lines[:-60] + rows) + "\n")
    found = index(tmp_path)
    skeleton = Skeleton.from_json(found.extra["skeleton"])
    assert (skeleton.names[:2], skeleton.loose[:3]) == (("Armature", "Hips"), [False, True, False])
    made = statistics.measure([found.splits["test"][0].read()[0]], 30.0, found.extra)
    np.testing.assert_allclose(made["root speed"].values, 30 * np.hypot(1, 3), rtol=1e-3)
    assert len(made["bone variation"].values) == 4  # all but the bone to the hips


def test_positions_that_never_change_are_offsets(tmp_path):
    """Some programs give every joint six channels; a take in which nobody moves does not decide."""
    walk(tmp_path / "0.bvh", "six zeros", 0, step=(0.0, 0.0, 0.0))
    for n in (1, 2):
        walk(tmp_path / f"{n}.bvh", "six zeros", n, hips=(5.0, HIGH, 0.0))
    found = index(tmp_path)
    skeleton = Skeleton.from_json(found.extra["skeleton"])
    assert (skeleton.names[0], skeleton.offsets[0]) == ("Hips", (15.0, HIGH, 20.0))
