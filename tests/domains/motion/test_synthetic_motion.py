import numpy as np
import pytest

from swn_jax.corpora import synthetic_motion
from swn_jax.domains.motion import bvh
from swn_jax.domains.motion.kinematics import positions
from swn_jax.domains.motion.synthetic.gaits import GAITS
from swn_jax.errors import SwnError

OPTIONS = dict(synthetic_motion.CORPUS.options)


def index(**options):
    return synthetic_motion.index(**(OPTIONS | options))


@pytest.fixture(scope="module")
def takes():
    """Two people, all gaits: name, clip, places in centimetres."""
    clips = [synthetic_motion.take(0, "train", n) for n in range(12)]
    names = list(GAITS)
    gaits = [names[(n // synthetic_motion.EACH + n % synthetic_motion.EACH) % len(names)] for n in range(12)]
    return [(gait, clip, positions(clip.skeleton, clip.motion)) for gait, clip in zip(gaits, clips, strict=True)]


def test_counts_and_people():
    found = index()
    assert {split: len(part) for split, part in found.splits.items()} == {"train": 64, "valid": 8, "test": 8}
    people = {split: {r.speaker for r in part} for split, part in found.splits.items()}
    assert [len(each) for each in people.values()] == [8, 1, 1]
    assert len(set.union(*people.values())) == 10
    assert len({r.id for part in found.splits.values() for r in part}) == 80
    assert (found.frame_size, found.rate) == (60, 30.0)


def test_takes_are_a_function_of_the_seed():
    first, again, other = (index(seed=seed, train=2).splits["train"][1].read()[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert first.dtype == np.float64
    assert first.shape != other.shape or not np.allclose(first, other)


def test_more_takes_leave_the_first_ones_alone():
    few, many = (index(train=count).splits["train"][0] for count in (1, 9))
    assert few.id == many.id
    np.testing.assert_array_equal(few.read()[0], many.read()[0])


@pytest.mark.parametrize("wrong", [{"train": 0}, {"seed": -1}, {"features": "pose"}])
def test_bad_options_are_refused(wrong):
    with pytest.raises(SwnError, match=r"wanted a whole number|did you mean 'poses'"):
        index(**wrong)


def test_a_frozen_take():
    """The corpus must stay the same, whatever numpy and this program become."""
    clip = synthetic_motion.take(0, "valid", 0)
    found = positions(clip.skeleton, clip.motion)
    assert found.shape == (219, 20, 3)
    np.testing.assert_allclose(
        found[100, [0, 3, 13]],
        [
            [230.507825, 78.675128, 212.918713],
            [221.536593, 11.512752, 193.517712],
            [232.483692, 148.713516, 213.763909],
        ],
        atol=2e-6,
    )


def test_bones_keep_their_length(takes):
    for _, clip, places in takes:
        bones = np.linalg.norm(places[:, 1:] - places[:, list(clip.skeleton.parents[1:])], axis=-1)
        np.testing.assert_allclose(bones, np.broadcast_to(bones[0], bones.shape), atol=1e-9)


def test_feet_stand_where_they_are_set(takes):
    """The ball of a foot that stays down from one frame to the next slides less than half a millimetre."""
    for gait, clip, places in takes:
        for side in ("Left", "Right"):
            ball = places[:, clip.skeleton.names.index(f"{side}Toe")]
            down = np.abs(ball[:, 1] - 2.0) < 0.02
            slid = np.linalg.norm(np.diff(ball, axis=0), axis=-1)[down[1:] & down[:-1]]
            assert len(slid) > 0.2 * len(ball), gait
            assert np.median(slid) < 1e-9, gait
            assert slid.max() < 0.05, gait


def test_nobody_sinks_or_flies(takes):
    for gait, clip, places in takes:
        assert places[..., 1].min() > 1.5, gait
        ankles = places[:, [clip.skeleton.names.index(f"{side}Foot") for side in ("Left", "Right")], 1].min(1)
        flies = (ankles > 20).mean()
        assert flies < 0.2, gait


def test_both_knees_bend_as_knees_do(takes):
    """The shin turns back against the thigh, never forth, and the knee never locks for long."""
    for _, clip, _ in takes:
        columns = np.cumsum([0, *(len(channels or ()) for channels in clip.skeleton.channels)])
        for side in ("Left", "Right"):
            bend = clip.motion[:, columns[clip.skeleton.names.index(f"{side}Leg")] + 1]
            assert bend.min() >= 0
            assert bend.max() < 150


def test_people_face_where_they_go(takes):
    for gait, clip, places in takes:
        left, right = (places[:, clip.skeleton.names.index(f"{side}UpLeg")] for side in ("Left", "Right"))
        ahead = np.cross(left - right, [0, 1, 0])[:-1, [0, 2]]
        velocity = np.diff(places[:, 0, [0, 2]], axis=0)
        fast = np.linalg.norm(velocity, axis=1) > 1
        size = np.linalg.norm(ahead[fast], axis=1) * np.linalg.norm(velocity[fast], axis=1)
        assert np.median(np.einsum("ti,ti->t", ahead[fast], velocity[fast]) / size) > 0.97, gait


def test_arms_swing_against_the_legs(takes):
    clip, places = next((clip, places) for gait, clip, places in takes if gait == "walk")
    ahead = np.cross(places[:, 1] - places[:, 6], [0, 1, 0])
    names = clip.skeleton.names
    swing = {
        part: np.einsum(
            "ti,ti->t", places[:, names.index(f"Left{part}")] - places[:, names.index(f"Right{part}")], ahead
        )
        for part in ("ForeArm_end", "Foot")
    }
    assert np.corrcoef(swing["ForeArm_end"], swing["Foot"])[0, 1] < -0.6


def test_running_has_flight_and_walking_has_none(takes):
    def flight(gait):
        clip, places = next((clip, places) for name, clip, places in takes if name == gait)
        balls = places[:, [clip.skeleton.names.index(f"{side}Toe") for side in ("Left", "Right")], 1]
        return (balls.min(1) > 3).mean()

    assert flight("walk") == 0
    assert flight("run") > 0.05


def test_motion_is_smooth(takes):
    """No joint of anybody jumps, in cm/s^2: recorded dancers reach 8000 where nothing is wrong with the recording."""
    for gait, _, places in takes:
        hips = np.abs(np.diff(places[:, 0], 2, axis=0)).max() * 900
        assert hips < 1500, gait
        worst = np.linalg.norm(np.diff(places, 2, axis=0), axis=-1).max() * 900
        assert worst < 15000, gait


def test_takes_can_be_exported(takes, tmp_path):
    _, clip, places = takes[0]
    bvh.write(tmp_path / "a.bvh", clip)
    again = bvh.read(tmp_path / "a.bvh")
    np.testing.assert_array_equal(positions(again.skeleton, again.motion), places)
