import numpy as np
import pytest

from swn_jax.corpora import synthetic_motion
from swn_jax.domains.motion import MOTION, kinematics, planted, turned
from swn_jax.domains.motion.features import GROUND
from swn_jax.domains.motion.feet import feet
from swn_jax.domains.motion.statistics import skate


@pytest.fixture(scope="module")
def walk():
    clip = synthetic_motion.take(0, "train", 3)
    rows = turned.poses(*kinematics.posed(clip.skeleton, clip.motion), clip.skeleton, "a.bvh")
    return clip, rows, {"features": "planted", "skeleton": clip.skeleton.to_json(), "rest": rows[0].tolist()}


def test_poses_come_back(walk):
    _, rows, extra = walk
    back = planted.decode(planted.encode(rows, extra), rows[0], extra)
    np.testing.assert_allclose(back, rows[:-1], atol=1e-9)


def test_frames_in_single_precision_come_back(walk):
    _, rows, extra = walk
    back = MOTION.rows(MOTION.frames(rows, rows.shape[1], extra), extra, rows[0])
    np.testing.assert_allclose(
        turned.places(back, walk[0].skeleton), kinematics.positions(*walk[0][:2])[:-1], atol=2e-3
    )


def test_a_step_is_that_of_the_feet_in_the_heading_weighed_by_how_low_they_are(walk):
    clip, rows, extra = walk
    places = kinematics.positions(clip.skeleton, clip.motion)
    standing = feet(clip.skeleton, places[0])
    size, t = np.ptp(places[0, :, 1]), 40
    weights = np.exp(-places[t, standing, 1] / (0.01 * size))
    step = (weights[:, None] * (places[t + 1] - places[t])[standing]).sum(0) / weights.sum()
    angle = rows[t, turned.HEADING]
    side, ahead = step[0] * np.cos(angle) - step[2] * np.sin(angle), step[0] * np.sin(angle) + step[2] * np.cos(angle)
    np.testing.assert_allclose(planted.encode(rows, extra)[t, GROUND], [0.01 * side, 0.01 * ahead], atol=1e-9)


def test_a_skeleton_that_lies_flat_has_feet_too(walk):
    clip, rows, extra = walk
    flat = clip.skeleton._replace(offsets=tuple((x, 0.0, z) for x, _, z in clip.skeleton.offsets))
    upright = np.zeros_like(rows[:1])
    upright[:, turned.TURNS :] = np.tile([1.0, 0, 0, 0, 1, 0], (rows.shape[1] - turned.TURNS) // 6)
    lying = {**extra, "skeleton": flat.to_json(), "rest": upright[0].tolist()}
    np.testing.assert_allclose(planted.decode(planted.encode(rows, lying), rows[0], lying), rows[:-1], atol=1e-9)


def test_the_other_numbers_are_those_of_rotations(walk):
    _, rows, extra = walk
    rest = np.setdiff1d(np.arange(rows.shape[1]), GROUND)
    np.testing.assert_array_equal(planted.encode(rows, extra)[:, rest], turned.encode(rows)[:, rest])


def test_noise_on_the_legs_moves_the_body_rather_than_the_foot(walk):
    clip, rows, extra = walk
    noise = np.zeros_like(rows[1:])
    noise[:, turned.TURNS :] = 0.005 * np.random.default_rng(0).normal(size=noise[:, turned.TURNS :].shape)
    decoded = {
        "rotations": turned.decode(turned.encode(rows) + noise, rows[0]),
        "planted": planted.decode(planted.encode(rows, extra) + noise, rows[0], extra),
    }
    standing = feet(clip.skeleton, kinematics.positions(clip.skeleton, clip.motion)[0])
    slides = {kind: skate(turned.places(found, clip.skeleton), standing).mean() for kind, found in decoded.items()}
    assert slides["planted"] < 0.7 * slides["rotations"]
