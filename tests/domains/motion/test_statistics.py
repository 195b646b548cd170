import os
from pathlib import Path

import numpy as np
import pytest

from swn_jax.corpora import motion_folder as recorded
from swn_jax.corpora import synthetic_motion
from swn_jax.data.statistics import compare
from swn_jax.domains.motion import features, integrate_poses, statistics
from swn_jax.domains.motion.feet import feet
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError

STICK = Skeleton(("hip", "head", "LeftFoot"), (-1, 0, 0), ((0, 0, 0), (0, 80, 0), (0, -80, 0)), (None, None, None))


def extra(places, skeleton=STICK):
    return {"skeleton": skeleton.to_json(), "features": "poses", "rest": features.poses(places)[0].tolist()}


def rows(places):
    return features.poses(places)[:-1]


def stick(frames: int, step) -> np.ndarray:
    """A stick that moves by `step` a frame, in centimetres."""
    return np.array([[0.0, 80, 0], [0, 160, 0], [0, 0, 0]]) + np.arange(frames)[:, None, None] * np.array(step, float)


def test_a_stick_that_glides_by_hand():
    """At (3, 0, 4) a frame, 30 frames a second, all speeds are 150."""
    places = stick(9, (3, 0, 4))
    found = statistics.measure([rows(places)], 30.0, extra(places))
    expected = {"joint speed": 150, "root speed": 150, "acceleration": 0, "foot skate": 150, "bone variation": 0}
    assert {name: len(s.values) for name, s in found.items()} == dict(zip(expected, (21, 7, 18, 7, 2), strict=True))
    for name, value in expected.items():
        np.testing.assert_allclose(found[name].values, value, atol=0.2)
    assert [s.unit for s in found.values()] == ["units/s", "units/s", "units/s^2", "units/s", "%"]


def test_a_stick_that_hops_and_stretches_by_hand():
    """Up by 20 and down again, frame by frame: 600 a second; of two times one is in the air, so no foot skates."""
    places = stick(9, (3, 0, 4))
    places[1::2, :, 1] += 20
    places[1::2, 1, 1] += 8  # the head alone: 80 and 88
    found = statistics.measure([rows(places)], 30.0, extra(places))
    np.testing.assert_allclose(found["root speed"].values, 150, rtol=1e-4)
    np.testing.assert_allclose(np.unique(found["joint speed"].values.round(1)), [np.hypot(150, 600), 853.3], atol=0.1)
    np.testing.assert_allclose(np.unique(found["acceleration"].values.round()), [40 * 900, 56 * 900], rtol=1e-4)
    assert len(found["foot skate"].values) == 0
    np.testing.assert_allclose(np.sort(found["bone variation"].values), [0, 100 * 4 / 84], atol=1e-3)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("hip", "rFoot", "rFoot_end", "head"), [1, 2]),
        (("hip", "LeftToeBase", "x", "football"), [1, 3]),
        (("hip", "ankle", "hoof", "head"), [2, 3]),
    ],
)
def test_feet_by_name_or_because_they_are_low(names, expected):
    skeleton = Skeleton(names, (-1, 0, 1, 0), ((0.0, 0.0, 0.0),) * 4, ((), (), None, None))
    places = np.array([[[0.0, 90, 0], [0, 10, 0], [0, 5, 10], [0, 170, 0]]])
    assert feet(skeleton, places[0]) == expected


def test_many_draws_are_few_and_the_same_again():
    random = np.random.RandomState(0)
    places = stick(9000, (3, 0, 4)) + random.standard_normal((9000, 3, 3))
    first, again = (statistics.measure([rows(places)], 30.0, extra(places)) for _ in range(2))
    assert len(first["joint speed"].values) == statistics.MOST
    np.testing.assert_array_equal(first["joint speed"].values, again["joint speed"].values)


def test_a_rate_is_needed():
    places = stick(5, (1, 0, 0))
    with pytest.raises(SwnError, match="found no rate"):
        statistics.measure([rows(places)], None, extra(places))


def made_up(kind):
    """48 clips of four seconds, of six people and all gaits, in no order."""
    index = synthetic_motion.index(**(synthetic_motion.CORPUS.options | {"train": 48, "features": kind}))
    clips = [next(iter(index.splits["train"][n].read()))[:121] for n in np.random.RandomState(1).permutation(48)]
    return clips[::2], clips[1::2], index


def real(kind):
    """Dances, cut into pieces of four seconds, every other one held out."""
    if "SWN_DATA" not in os.environ:
        pytest.skip("SWN_DATA names no folder with motion, the real recordings")
    folder = Path(os.environ["SWN_DATA"]) / "motion"
    options = recorded.CORPUS.options | {"features": kind, "recorded": "salsa=60,indian=120"}
    index = recorded.index(folder, folder / "split.txt", **options)
    takes = [next(iter(r.read())) for r in index.splits["train"][:4]]
    pieces = [take[at : at + 121] for take in takes for at in range(0, len(take) - 120, 120)]
    return pieces[::2], pieces[1::2], index


@pytest.mark.parametrize("kind", features.KINDS)
@pytest.mark.parametrize("source", [made_up, real])
def test_noise_and_statues_are_told_from_people(source, kind):
    known, held, index = source(kind)
    random, every = np.random.RandomState(0), np.concatenate([features.encode(clip, kind) for clip in known])
    shape = (len(held[0]) - 1, every.shape[1])
    noise = [integrate_poses.poses(random.normal(every.mean(0), every.std(0), shape), index.extra) for _ in held]
    frozen = [np.repeat(clip[:1], len(clip), axis=0) for clip in held]
    of_held, of_noise, of_frozen = (
        {row.name: row for row in compare(statistics.measure, known, made, index.rate, index.extra)}
        for made in (held, noise, frozen)
    )
    for name, row in of_held.items():
        assert row.distance <= 2.5 * row.halves, name
        assert row.unit != "%" or row.real < 0.01, "people's bones keep their lengths"
    for name in ("acceleration", "foot skate", "bone variation"):
        assert of_noise[name].distance > 5 * of_held[name].distance, name
    for name in ("joint speed", "acceleration"):
        assert of_frozen[name].distance > 5 * of_held[name].distance, name


def test_a_gap_is_the_mean_distance_of_the_joints():
    """The whole stick 5 away, and the head another way too: (3, 0, 4) and (3, 12, 4)."""
    places = stick(6, (1, 0, 0))
    a, b = features.poses(places), features.poses(places)
    b[:, [0, 2]] += np.array([0.03, 0.04])
    b[:, 4] += 0.12
    np.testing.assert_allclose(statistics.gap(a, b, 30.0, {"features": "poses"}), (5 + 13 + 5) / 3)
