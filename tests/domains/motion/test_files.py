import numpy as np
import pytest
from PIL import Image, ImageSequence

from swn_jax.corpora import synthetic_motion
from swn_jax.domains.motion import bvh, features, files, gif, kinematics
from swn_jax.errors import SwnError


@pytest.fixture(scope="module", params=features.KINDS)
def corpus(request):
    """Rows of two people, and what the corpus says of them."""
    index = synthetic_motion.index(**(synthetic_motion.CORPUS.options | {"train": 10, "features": request.param}))
    first, other = (next(iter(index.splits["train"][n].read())) for n in (0, 9))
    length = 60 + (request.param == "differences")  # poses behind 60 frames
    first, other = first[:length], other[:length]
    return first, other, index.extra


def arrays(path):
    with np.load(path) as found:
        return dict(found)


def frames(path):
    with Image.open(path) as image:
        return [(np.array(f.convert("RGB"), int), f.info["duration"]) for f in ImageSequence.Iterator(image)]


def bones(image) -> np.ndarray:
    """Where something stands out from the ground."""
    return image.min(axis=-1) < 90


def test_all_files_of_a_walk(corpus, tmp_path):
    first, other, extra = corpus
    made = files.write(tmp_path, "walk", other, 30.0, extra, real=first)
    assert [path.name for path in (*made.shown, *made.kept)] == ["walk.gif", "walk.npz", "walk.bvh"]
    numbers, clip = arrays(made.kept[0]), bvh.read(made.kept[1])
    assert numbers["places"].shape == (len(other), 20, 3)
    assert numbers["names"].tolist() == extra["skeleton"]["names"]
    assert numbers["parents"].tolist() == extra["skeleton"]["parents"]
    assert numbers["rate"] == 30
    places = kinematics.positions(clip.skeleton, clip.motion)
    far = np.linalg.norm(places - numbers["places"], axis=-1).mean()
    assert made.facts == {
        "seconds": round((len(other) - 1) / 30, 2),
        "joints": 20,
        "bvh error": pytest.approx(far, rel=0.05),
        "bone variation": pytest.approx(0, abs=1e-3),
    }
    assert far < 1.5
    shown = frames(made.shown[0])
    assert shown[0][0].shape == (gif.PANEL, 2 * gif.PANEL, 3)
    assert made.shown[0].stat().st_size < 500_000
    for half in np.split(shown[0][0], 2, axis=1):
        assert 500 < bones(half).sum() < 0.1 * bones(half).size


@pytest.mark.parametrize(("rate", "every"), [(30.0, 1), (30.3, 1), (31.0, 2), (24.0, 1), (120.0, 4)])
def test_it_plays_at_real_speed(corpus, tmp_path, rate, every):
    made = files.write(tmp_path, "a", corpus[0][:20], rate, corpus[2])
    shown = frames(made.shown[0])
    poses = len(arrays(made.kept[0])["places"])
    assert len(shown) == -(-poses // every)
    assert sum(time for _, time in shown) == pytest.approx(len(shown) * every * 1000 / rate, abs=5)


def test_the_camera_follows_and_the_ground_passes():
    """A figure that only glides stays where it is in the picture; the ground moves by what it went."""
    steps = np.arange(5.0)[:, None] * [3.0, 0, 4]
    joints = np.array([[0.0, 80, 0], [0, 160, 0], [0, 0, 0]]) + steps[:, None]
    seen = gif.view(joints, 160.0)
    np.testing.assert_allclose(seen.joints, np.broadcast_to(seen.joints[0], seen.joints.shape), atol=1e-9)
    np.testing.assert_allclose(seen.root, np.stack([np.arange(5) * 5 / 80, np.zeros(5)], 1), atol=1e-9)
    side = gif.FINE * gif.PANEL
    np.testing.assert_allclose(seen.joints[0, 2], gif.GROUND_AT)
    np.testing.assert_allclose(seen.joints[0, 2, 1] - seen.joints[0, 1, 1], gif.SHARE * side)


def test_left_is_left():
    """Who goes along z has the left hand at larger x, with y up; the camera at the right sees it further off."""
    path = np.arange(5.0)[:, None] * [0, 0, 4.0]
    joints = np.array([[0.0, 80, 0], [20, 80, 0], [0, 80, 20], [0, 0, 0]]) + path[:, None]
    hip, left, ahead, _ = gif.view(joints, 160.0).joints[0]
    assert (ahead - hip)[0] > (left - hip)[0] > 0
    assert (ahead - hip)[1] > 0 > (left - hip)[1]


def test_who_stands_still_is_a_clip_too(corpus, tmp_path):
    rows = corpus[0] * 0 + corpus[0][:1]
    made = files.write(tmp_path, "still", rows, 30.0, corpus[2])
    assert sum(time for _, time in frames(made.shown[0])) == pytest.approx(len(rows) * 1000 / 30, abs=40)
    assert made.facts["bone variation"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("value", "message"),
    [(np.inf, "found a joint at inf"), (np.nan, "at nan"), (3e4, r"found a joint .*within 1e\+06")],
)
def test_what_ran_away_is_refused(corpus, tmp_path, value, message):
    rows = corpus[0].copy()
    rows[5:, 1] = value
    with pytest.raises(SwnError, match=message):
        files.write(tmp_path, "a", rows, 30.0, corpus[2])
