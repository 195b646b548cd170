from itertools import permutations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from swn_jax.corpora import synthetic_motion
from swn_jax.domains.motion import bvh, channels, inverse
from swn_jax.domains.motion.kinematics import positions
from swn_jax.domains.motion.skeleton import PLACE, TURN, Skeleton


def error(clip, places) -> float:
    return float(np.linalg.norm(positions(clip.skeleton, clip.motion) - places, axis=-1).max())


@pytest.mark.parametrize("order", ["".join(p) for p in permutations("XYZ")])
def test_angles_turn_as_scipy_says(order):
    turns = Rotation.random(40, random_state=0)
    found = channels.angles(turns.as_matrix(), order).T
    again = Rotation.from_euler(order, found, degrees=True)
    assert (again * turns.inv()).magnitude().max() < 1e-12
    assert np.abs(np.diff(found, axis=0)).max() <= 180


@pytest.mark.parametrize("middle", [90.0, -90.0])
def test_angles_where_two_axes_are_one(middle):
    turns = Rotation.from_euler("ZXY", [[20, middle, 30], [-100, middle, 5]], degrees=True)
    again = Rotation.from_euler("ZXY", channels.angles(turns.as_matrix(), "ZXY").T, degrees=True)
    assert (again * turns.inv()).magnitude().max() < 1e-7


def test_angles_go_on_beyond_half_a_turn():
    turns = Rotation.from_euler("Y", np.arange(0, 720, 20.0)[:, None], degrees=True).as_matrix()
    first, _, last = channels.angles(turns, "YXZ")
    np.testing.assert_allclose(first + last, np.arange(0, 720, 20.0), atol=1e-9)


def test_a_walk_comes_back_through_a_file(tmp_path):
    """Another's skeleton is enough: the clip tells the lengths; with the own one the file tells every place."""
    clip, other = (synthetic_motion.take(0, "train", n) for n in (0, 17))
    places = positions(clip.skeleton, clip.motion)
    bvh.write(tmp_path / "a.bvh", inverse.fit(places, clip.skeleton, 30.0))
    again = bvh.read(tmp_path / "a.bvh")
    assert error(again, places) < 1e-5
    assert again.seconds == 1 / 30
    assert again.skeleton.same_joints(clip.skeleton)
    np.testing.assert_allclose(again.skeleton.offsets, clip.skeleton.offsets, atol=1e-9)
    assert error(inverse.fit(places, other.skeleton, 30.0), places) < 3


def test_joints_that_cannot_turn_learn_to(make):
    """The hand of the small skeleton turns about y alone; where its root is placed, it stays."""
    clip = bvh.parse(make.bvh(40 * make.angles(30)), "a")
    places = positions(clip.skeleton, clip.motion)
    found = inverse.fit(places, clip.skeleton, 30.0)
    assert error(found, places) < 1e-5
    assert found.skeleton.channels == (*clip.skeleton.channels[:2], TURN, None, None)


def test_positions_of_other_joints_are_where_they_are():
    """A joint with position channels is not rigid: it does not turn its parent, and keeps its distance in no frame."""
    six = PLACE + TURN
    skeleton = Skeleton(("a", "b", "c"), (-1, 0, 1), ((0, 0, 0), (0, 2, 0), (3, 0, 0)), (six, six[::-1], None))
    places = np.array([[[5.0, 6, 7], [7, 6, 7], [7, 6, 10]]])
    found = inverse.fit(places, skeleton, 1.0)
    assert found.skeleton.channels == skeleton.channels
    assert error(found, places) < 1e-6
    np.testing.assert_allclose(found.motion[0, :3], [5, 6, 7])
    np.testing.assert_allclose(found.motion[0, 9:], [2, 0, 0][::-1], atol=1e-9)


def test_one_bone_turns_as_little_as_it_can():
    """By the angle between the directions; right about if they are opposite."""
    bone, *others = np.random.RandomState(0).standard_normal((9, 3))
    to = np.array([*others, bone, -bone])
    turn = inverse._turn(bone[None], to[:, None])
    length = np.linalg.norm(bone)
    np.testing.assert_allclose(turn @ bone / length, to / np.linalg.norm(to, axis=1, keepdims=True), atol=1e-6)
    angle = np.arccos(np.clip(to @ bone / length / np.linalg.norm(to, axis=1), -1, 1))
    np.testing.assert_allclose(Rotation.from_matrix(turn).magnitude(), angle, atol=1e-6)


def test_a_bone_that_stretches_has_its_mean_length():
    skeleton = Skeleton(("a", "b", "zero"), (-1, 0, 1), ((0, 0, 0), (0, 9, 0), (0, 0, 0)), (None, None, None))
    skeleton = skeleton._replace(channels=(PLACE + TURN, TURN, None))
    places = np.array([[[0.0, 0, 0], [1, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 0, 3], [0, 0, 3]]])
    found = inverse.fit(places, skeleton, 1.0)
    np.testing.assert_allclose(found.skeleton.offsets, [(0, 0, 0), (0, 2, 0), (0, 0, 0)])
    np.testing.assert_allclose(positions(*found[:2])[:, 1], [[2, 0, 0], [0, 0, 2]], atol=1e-7)


@pytest.mark.parametrize("file", ["salsa/10.bvh", "indian/13.bvh", "other_skeleton/131_01.bvh"])
def test_real_clips_come_back(sample, tmp_path, file):
    clip = bvh.read(sample / "bvh" / file)
    places = positions(clip.skeleton, clip.motion[10:250])
    bvh.write(tmp_path / "a.bvh", inverse.fit(places, clip.skeleton, 1 / clip.seconds))
    assert error(bvh.read(tmp_path / "a.bvh"), places) < 1e-4
