import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from swn_jax.corpora import synthetic_motion
from swn_jax.domains.motion import MOTION, bvh, files, kinematics, rotations, takes, turned
from swn_jax.domains.motion.places import places
from swn_jax.errors import SwnError


def rows_of(clip, skeleton=None):
    return turned.poses(*kinematics.posed(clip.skeleton, clip.motion), skeleton or clip.skeleton, "a.bvh")


def extra_of(clip):
    return {"features": "rotations", "skeleton": clip.skeleton.to_json(), "rest": rows_of(clip)[0].tolist()}


@pytest.fixture(scope="module")
def walk():
    return synthetic_motion.take(0, "train", 3)


def test_six_numbers_are_two_columns_and_come_back_as_scipy_has_them():
    found = Rotation.random(9, random_state=0).as_matrix()
    np.testing.assert_array_equal(rotations.numbers(found)[4], [*found[4, :, 0], *found[4, :, 1]])
    np.testing.assert_allclose(rotations.matrices(rotations.numbers(found)), found, atol=1e-15)


def test_any_six_numbers_are_the_q_of_a_qr_decomposition():
    six = np.random.RandomState(0).standard_normal((7, 6))
    for found, numbers in zip(rotations.matrices(six), six, strict=True):
        q, r = np.linalg.qr(numbers.reshape(2, 3).T)
        np.testing.assert_allclose(found[:, :2], q * np.sign(np.diag(r)), atol=1e-12)
        assert np.linalg.det(found) == pytest.approx(1)


def test_the_heading_is_the_nearest_turn_about_y():
    turns = Rotation.random(20, random_state=1).as_matrix()
    angles = np.linspace(-np.pi, np.pi, 2001)
    about = Rotation.from_euler("y", angles[:, None]).as_matrix()
    nearest = angles[np.einsum("aij,nij->na", about, turns).argmax(1)]
    np.testing.assert_allclose(np.cos(rotations.heading(turns) - nearest), 1, atol=1e-5)


def test_a_bvh_file_comes_back_through_frames(walk, tmp_path):
    """Read, turned into the frames that models read (in single precision), back, and written."""
    bvh.write(tmp_path / "a.bvh", walk)
    read = bvh.read(tmp_path / "a.bvh")
    extra, rows = extra_of(read), rows_of(read)[60:90]  # a knee bends by more than 90 degrees
    back = MOTION.rows(MOTION.frames(rows, rows.shape[1], extra), extra, rows[0])
    files.write(tmp_path, "b", back, 30.0, extra)
    again = bvh.read(tmp_path / "b.bvh")
    assert again.skeleton == read.skeleton
    np.testing.assert_allclose(again.motion[:, :3], read.motion[60:89, :3], atol=1e-3)  # rounded steps, added up
    np.testing.assert_allclose((again.motion - read.motion[60:89] + 180)[:, 3:] % 360, 180, atol=1e-3)
    np.testing.assert_allclose(places(back, extra), kinematics.positions(*again[:2]), atol=1e-9)


def test_without_rounding_it_comes_back_to_the_bit_of_a_double(walk):
    rows = rows_of(walk)
    again = turned.clip(turned.decode(turned.encode(rows), rows[0]), walk.skeleton, 30.0)
    np.testing.assert_allclose(kinematics.positions(*again[:2]), kinematics.positions(*walk[:2])[:-1], atol=1e-9)


def test_steps_are_in_the_heading_of_the_root(walk):
    """Turned and moved as a whole, a take has the same frames."""
    place, turns = kinematics.posed(*walk[:2])
    about = Rotation.from_euler("y", 77, degrees=True).as_matrix()
    moved = turned.poses(place @ about.T + np.array([300.0, 0, -200]), about @ turns, walk.skeleton, "a")
    np.testing.assert_allclose(turned.encode(moved), turned.encode(rows_of(walk)), atol=1e-9)


def test_bones_keep_their_lengths_whatever_the_numbers_are(walk):
    rows = np.random.RandomState(0).standard_normal((30, turned.width(walk.skeleton)))
    assert kinematics.variation(walk.skeleton, places(rows, extra_of(walk))).max() < 1e-9


def test_another_person_is_moved_to_the_skeleton_and_takes_steps_of_its_legs(walk):
    """A person 1.5 times as large is the same person, wherever it goes."""
    large = walk.skeleton._replace(offsets=tuple(tuple(1.5 * x for x in offset) for offset in walk.skeleton.offsets))
    motion = walk.motion.copy()
    motion[:, :3] *= 1.5
    found = rows_of(walk._replace(skeleton=large, motion=motion), walk.skeleton)
    np.testing.assert_allclose(found, rows_of(walk), atol=1e-9)


def test_joints_that_move_by_positions_are_refused(walk):
    place, turns = kinematics.posed(*walk[:2])
    place[5:, 2] += 10.0
    with pytest.raises(SwnError, match=r"a.bvh: found LeftLeg moving .* prepare with --option=features=poses"):
        turned.poses(place, turns, walk.skeleton, "a.bvh")


def test_an_axis_that_points_up_in_the_file_does_not_matter(make, tmp_path):
    """Vectors turned to y up, and rotations with them: forward kinematics of the rows gives the places."""
    clip, how = bvh.parse(make.bvh(make.angles(20)), "a"), takes.settings("rotations", 30, 0, "", "z", ["a"])
    place, turns = takes.posed(clip, how)
    offsets = tuple(tuple(x) for x in how.upright(np.array(clip.skeleton.offsets)).tolist())
    skeleton = clip.skeleton._replace(offsets=offsets)
    np.testing.assert_allclose(turned.places(turned.poses(place, turns, skeleton, "a"), skeleton), place, atol=1e-9)
