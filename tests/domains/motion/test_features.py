import numpy as np
import pytest

from swn_jax.domains.motion import features


@pytest.fixture
def places():
    return np.random.RandomState(0).uniform(-100, 100, (7, 4, 3))


def test_poses_by_hand():
    places = np.array([[[100.0, 80, 10], [110, 90, 5]], [[300, 90, 30], [300, 90, 30]]])
    expected = [[-1, 0.8, -0.1, 0.1, 0.1, -0.05], [1, 0.9, 0.1, 0, 0, 0]]
    np.testing.assert_allclose(features.poses(places), expected, atol=1e-15)


def test_places_are_the_inverse_but_for_the_mean(places):
    centre = places[:, 0].mean(0) * [1, 0, 1]
    np.testing.assert_allclose(features.places(features.poses(places)) + centre, places, atol=1e-10)


def test_rows_by_hand():
    poses = np.array([[1.0, 2, 3, 4, 5, 6], [2, 4, 6, 8, 10, 12], [4, 4, 4, 4, 4, 4]])
    steps = [[1, 2, 3, 4, 5, 6], [2, 0, -2, -4, -6, -8]]
    np.testing.assert_array_equal(features.encode(poses, "differences"), steps)
    np.testing.assert_array_equal(features.encode(poses, "poses"), [[1, 2, 3, 4, 5, 6], [2, 4, -2, 8, 10, 12]])


def test_encoding_leaves_the_poses_alone(places):
    poses = features.poses(places)
    before = poses.copy()
    features.decode(features.encode(poses, "poses"), "poses", poses[0])
    np.testing.assert_array_equal(poses, before)


@pytest.mark.parametrize(("kind", "lost"), [("differences", 0), ("poses", 1)])
def test_decoding_gives_the_poses_back(places, kind, lost):
    poses = features.poses(places)
    found = features.decode(features.encode(poses, kind), kind, poses[0])
    np.testing.assert_allclose(found, poses[: len(poses) - lost], atol=1e-14)


def test_where_a_clip_was_recorded_does_not_matter(places):
    moved = places + np.array([1000, 0, -700])
    np.testing.assert_allclose(features.poses(moved), features.poses(places), atol=1e-12)
