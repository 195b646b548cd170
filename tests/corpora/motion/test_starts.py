"""Each take starts with its own pose: recordings are drawn as they are, and what goes on from them keeps them."""

import jax
import matplotlib.figure
import numpy as np
import pytest
from ml_collections import ConfigDict

from swn_jax import build
from swn_jax.corpora import motion_folder
from swn_jax.data import open_prepared, prepare_corpus
from swn_jax.data.examples import examples
from swn_jax.data.preview import preview
from swn_jax.domains.motion import bvh, features, kinematics
from swn_jax.runs import Run, sample

LEG = (
    b"HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation\n"
    b"JOINT LeftLeg {\nOFFSET 0 -40 0\nCHANNELS 3 Zrotation Xrotation Yrotation\nEnd Site {\nOFFSET 0 -40 0\n}\n}\n"
    b"JOINT Spine {\nOFFSET 0 50 0\nCHANNELS 3 Zrotation Xrotation Yrotation\nEnd Site {\nOFFSET 0 20 0\n}\n}\n}\n"
)


def raised(make, seed: int, degrees: float) -> bytes:
    """Hips that sway by millimetres, and a pose that is held: the hips turned so that the leg is raised."""
    motion = np.zeros((40, 12))
    motion[:, :3] = np.random.RandomState(seed).uniform(-0.1, 0.1, (40, 3))
    motion[:, 1] += 90
    motion[:, 3] = degrees
    return make.bvh(motion, 1 / 30, LEG)


@pytest.fixture(params=features.KINDS)
def prepared(request, make, tmp_path):
    """In the first take the leg hangs, in three of the four it is raised."""
    folder = tmp_path / "bvh"
    folder.mkdir()
    for n in range(4):
        (folder / f"{n}.bvh").write_bytes(raised(make, n, 80.0 * (n > 0)))
    options = {"edge": 0, "features": request.param}
    prepare_corpus(motion_folder.CORPUS, tmp_path / "data", manual_dir=folder, **options)
    return open_prepared(motion_folder.CORPUS, tmp_path / "data")


def wanted(make, number: int) -> np.ndarray:
    """Joint positions of a take relative to the root, by the kinematics."""
    clip = bvh.parse(raised(make, number, 80.0 * (number > 0)), "a")
    places = kinematics.positions(clip.skeleton, clip.motion)
    return places - places[:, :1]


def relative(rows) -> np.ndarray:
    places = features.places(rows)
    return places - places[:, :1]


def test_recordings_come_back_from_frames(prepared, make):
    for split, number in (("train", 0), ("valid", 2), ("test", 3)):
        real = examples(prepared, split, 1, 38)
        found = relative(prepared.rows(real.batch.x[0], real.starts[0]))
        np.testing.assert_allclose(found, wanted(make, number)[1 : 1 + len(found)], atol=1e-3)


def test_a_preview_shows_the_raised_leg(prepared, make, tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", lambda self, *_, **__: figures.append(self))
    preview(prepared, tmp_path / "a.png")
    for axis, number in zip(figures[0].axes[::2], (0, 1), strict=True):
        thigh = axis.collections[0].get_segments()[0]
        np.testing.assert_allclose(thigh[1, 1] - thigh[0, 1], wanted(make, number)[0, 1, 1], atol=1e-3)


@pytest.mark.parametrize("mode", ["continue", "reconstruct"])
def test_what_is_given_stays_as_it_was(prepared, make, tmp_path, monkeypatch, mode):
    """The model draws nonsense after the first half; the half before it is the recording to the millimetre."""

    def nonsense(run, real, request):
        return np.concatenate([real.x[:, :10], 9 * np.random.RandomState(0).standard_normal(real.x[:, 10:].shape)], 1)

    monkeypatch.setitem(sample.MODES, mode, nonsense)

    run = Run(tmp_path, ConfigDict(), prepared, build("lstm", prepared.frame_size), {}, 0)
    (found,) = sample.sample_run(run, mode, sample.SampleRequest(frames=20, num=1)).rows
    np.testing.assert_allclose(relative(found)[:10], wanted(make, 3)[1:11], atol=1e-3)
    assert np.abs(relative(found)[15:] - wanted(make, 3)[15]).max() > 1


def test_new_sequences_go_on_from_a_take_of_training(prepared, tmp_path):
    """The first frame of a take is what the model reads first, and the pose after it is where the sequence is."""
    split, read = prepared.split("train"), []
    model = build("lstm", prepared.frame_size, width=4, cells=4)
    seen = model._replace(carry=lambda before: read.append(np.asarray(before)) or model.carry(before))
    run = Run(tmp_path, ConfigDict(), prepared, seen, model.init(jax.random.key(0)), 0)
    with jax.disable_jit():
        found = sample.sample_run(run, "generate", sample.SampleRequest(frames=2, num=6)).rows
    takes = [prepared.scaled(split.frames(n, 0, 1))[0] for n in range(len(split))]
    numbers = [int(np.abs(takes - before).max(1).argmin()) for before in read[0]]
    np.testing.assert_allclose(read[0], np.array(takes)[numbers], atol=1e-6)
    assert set(numbers) == {0, 1}
    if prepared.manifest.extra["features"] == "differences":  # whose first row is the pose that they start from
        np.testing.assert_array_equal([rows[0] for rows in found], [split[n][1] for n in numbers])
