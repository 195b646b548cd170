import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from swn_jax.corpora import synthetic_motion
from swn_jax.domains.motion import bvh, features, integrate_poses
from swn_jax.domains.motion.kinematics import positions
from swn_jax.errors import SwnError


def extra(skeleton, kind, rest):
    return {"skeleton": skeleton.to_json(), "features": kind, "rest": rest.tolist()}


def places_of(rows, extra):
    return features.places(integrate_poses.poses(rows, extra))


def off(found, places) -> float:
    """How far joints are from where they should be, beside the root."""
    return float(np.linalg.norm((found - found[:, :1]) - (places - places[:, :1]), axis=-1).mean())


@pytest.fixture(scope="module")
def model():
    return synthetic_motion.take(0, "train", 0)


def poses(clip):
    return features.poses(positions(clip.skeleton, clip.motion))


def test_poses_tell_where_joints_are(model):
    found, places = poses(model), positions(model.skeleton, model.motion)
    again = places_of(features.encode(found, "poses"), extra(model.skeleton, "poses", found[0]))
    np.testing.assert_allclose(again - again[0, 0], (places - places[0, 0])[:-1], atol=1e-9)


def test_a_chain_that_turns_everywhere_is_found_exactly(make):
    """Whatever pose is given as the rest pose, as long as the bones keep their lengths."""
    clip = bvh.parse(make.bvh(40 * make.angles(30)), "a")
    places = positions(clip.skeleton, clip.motion)
    wrong = positions(clip.skeleton, np.zeros_like(clip.motion))[:1]
    rows = features.encode(features.poses(places), "differences")
    found = places_of(rows, extra(clip.skeleton, "differences", features.poses(wrong)[0]))
    assert off(found, places) < 0.02
    assert off(found - found[:1] + wrong, places) > 5


def test_others_who_go_another_way_begin_as_they_did(model):
    rest = poses(model)[0]
    for number in (9, 18, 27, 36):
        clip = synthetic_motion.take(0, "train", number)
        places = positions(clip.skeleton, clip.motion)[:150]
        rows = features.encode(features.poses(places), "differences")
        found = places_of(rows, extra(model.skeleton, "differences", rest))
        plain = features.places(features.decode(rows, "differences", rest))
        assert off(found, places) < 4
        assert off(found, places) < 0.2 * off(plain, places)
        np.testing.assert_allclose(found[0, 0], rest[:3] / features.SCALE)


@pytest.mark.parametrize("rows", [np.zeros((20, 60)), np.zeros((0, 60))])
def test_who_never_moves_rests(model, rows):
    rest = poses(model)[0]
    found = places_of(rows, extra(model.skeleton, "differences", rest))
    np.testing.assert_allclose(found, np.broadcast_to(features.places(rest[None]), found.shape), atol=1e-9)


def test_a_flight_along_one_line_stays_finite(model):
    rows = np.outer(np.full(20, 1e4), np.random.RandomState(0).standard_normal(60))
    found = places_of(rows, extra(model.skeleton, "differences", poses(model)[0]))
    assert np.isfinite(found).all()


@pytest.mark.parametrize("kind", features.KINDS)
def test_numbers_must_be_finite(model, kind):
    rows = np.zeros((4, 60), np.float32)
    rows[2, 7] = np.nan
    with pytest.raises(SwnError, match="not finite, wanted joint positions"):
        places_of(rows, extra(model.skeleton, kind, poses(model)[0]))


def test_nearest_is_what_scipy_finds():
    random = np.random.RandomState(0)
    before, after = random.standard_normal((2, 6, 5, 3))
    found = integrate_poses.nearest(np.einsum("nki,nkj->nij", after, before))
    expected = [Rotation.align_vectors(b, a)[0].as_matrix() for a, b in zip(before, after, strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_nearest_is_no_mirror():
    np.testing.assert_allclose(integrate_poses.nearest(np.diag([3.0, 2, -1])), np.eye(3), atol=1e-12)
