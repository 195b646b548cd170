import inspect

import matplotlib.figure
import numpy as np
import pytest
from matplotlib.image import imread
from matplotlib.text import Text

from swn_jax.corpora import motion_folder
from swn_jax.domains.motion import MOTION, features
from swn_jax.domains.motion.plots import colour, direction, shortened
from swn_jax.domains.motion.skeleton import Skeleton

DOMAIN = MOTION


@pytest.mark.parametrize(("kind", "lost"), [("differences", 0), ("poses", 1)])
def test_rows_undo_frames(kind, lost):
    """Frames have the precision that models read; the pose that a sequence starts from gives the rows back."""
    poses = np.random.RandomState(0).standard_normal((5, 6))
    frames = DOMAIN.frames(poses, 6, {"features": kind})
    assert (frames.shape, frames.dtype) == ((4, 6), np.float64)
    np.testing.assert_array_equal(frames, features.encode(poses, kind).astype(np.float32))
    again = DOMAIN.rows(frames, {"features": kind}, poses[0])
    np.testing.assert_allclose(again, poses[: len(poses) - lost], atol=1e-6)
    assert again.dtype == DOMAIN.dtype


def test_the_published_scaling_comes_first():
    assert list(DOMAIN.scalings) == ["scalar", "coordinate"]


def test_scalar_is_the_deviation_of_all_numbers():
    numbers = np.random.RandomState(1).standard_normal((50, 4)) * [1, 2, 0.1, 0] + [0, 5, -1, 3]
    shift, scale = DOMAIN.scalings["scalar"](numbers.mean(0), numbers.std(0))
    np.testing.assert_allclose(shift, np.full(4, numbers.mean()), rtol=1e-12)
    np.testing.assert_allclose(scale, np.full(4, numbers.std()), rtol=1e-12)


def test_coordinate_leaves_constant_columns_unscaled():
    shift, scale = DOMAIN.scalings["coordinate"](np.array([1.0, 2, 3]), np.array([0.5, 0, 1e-9]))
    np.testing.assert_array_equal(shift, [1, 2, 3])
    np.testing.assert_array_equal(scale, [0.5, 1, 1])


@pytest.mark.parametrize(
    ("name", "side"),
    [
        *((name, "tab:blue") for name in ("lHand", "LeftHip", "L_Knee", "left_knee", "LThumb", "leftEye")),
        *((name, "tab:red") for name in ("rHand", "RightHip", "R_Knee", "right_knee", "RHipJoint", "rCollar_end")),
        *((name, "tab:blue") for name in ("mixamorig:LeftArm", "thigh.L", "thigh.L.001", "hand_l", "Bip01 L Thigh")),
        *(
            (name, "tab:red")
            for name in ("mixamorig:RightArm", "thigh.R", "UpperArmRight", "J_Bip_R_UpperArm", "RUArm")
        ),
        *(
            (name, "tab:blue")
            for name in ("lforearm", "lfemur", "lhipjoint", "LEFTARM", "LARM", "upper arm left", "左腕")
        ),
        *(
            (name, "tab:red")
            for name in ("rforearm", "rhumerus", "rightfoot", "Character1_RightArm", "Hand_R_2", "右腕")
        ),
        *(
            (name, "black")
            for name in ("Root", "LowerBack", "hip", "head", "lumbar", "ribs", "", "ROOT", "ring", "Lips")
        ),
        *(
            (name, "black")
            for name in ("L5", "L3", "mixamorig:Hips", "Reference", "lowerback", "Roll", "rear", "Upright")
        ),
    ],
)
def test_sides_by_name(name, side):
    assert colour(name) == side


def test_the_way_is_seen_from_its_side():
    way = np.outer(np.linspace(0, 1, 20), [3.0, 0, -4]) + np.array([0, 1, 0])
    np.testing.assert_allclose(direction(way), [0.6, -0.8], atol=1e-12)


def test_draws_every_clip(make, tmp_path, monkeypatch):
    figures = []
    save = matplotlib.figure.Figure.savefig
    monkeypatch.setattr(
        matplotlib.figure.Figure, "savefig", lambda self, *a, **k: (figures.append(self), save(self, *a, **k))
    )
    for kind in ("differences", "poses"):
        index = motion_folder.index(
            make.tree_of_files(tmp_path / kind), **(motion_folder.CORPUS.options | {"features": kind})
        )
        clips = {r.id: next(iter(r.read())) for r in index.splits["train"][:2]}
        DOMAIN.draw(tmp_path / f"{kind}.png", clips, index.rate, index.extra)
        assert imread(tmp_path / f"{kind}.png")[..., :3].std() > 0.02
        axes = figures[-1].axes
        assert [axis.get_title(loc="left") for axis in axes[::2]] == list(clips)
        assert [len(axis.collections) for axis in axes[::2]] == [8, 8]
        first = axes[0].collections[0].get_segments()
        assert len(first) == 4
        lengths = [np.linalg.norm(np.diff(bone, axis=0)) for bone in first]
        assert np.all(np.array(lengths) <= np.array([10, 5, 1, np.hypot(8, 0.5)]) + 1e-9)


@pytest.mark.parametrize("unit", [0.01, 1.0, 100.0], ids=["metres", "centimetres", "tenths"])
def test_the_way_and_the_labels_fit_in_any_unit(tmp_path, monkeypatch, unit):
    """Walkers of 160 centimetres go three metres; four ids of 40 letters; the path fills its pane, no text another."""
    figures = []
    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", lambda self, *_, **__: figures.append(self))
    stick = np.array([[0.0, 80, 0], [0, 160, 0], [0, 0, 0]]) + np.arange(31)[:, None, None] * np.array([10.0, 0, 0])
    skeleton = Skeleton(("hip", "head", "foot"), (-1, 0, 0), ((0.0, 0.0, 0.0),) * 3, (None, None, None))
    rows = {f"{n}_{'takes_of_walkers/' * 3}{n}.bvh"[-40:]: features.poses(unit * stick) for n in range(4)}
    DOMAIN.draw(tmp_path / "a.png", rows, 30.0, {"skeleton": skeleton.to_json(), "features": "poses"})
    (figure,) = figures
    figure.canvas.draw()
    for above in figure.axes[1::2]:
        assert 0.7 < 300 * unit / np.ptp(above.get_xlim()) <= 1
    titles = [next(t for t in axis.findobj(Text) if t.get_text() in rows) for axis in figure.axes[::2]]
    boxes = [title.get_window_extent() for title in titles]
    assert not [True for n, box in enumerate(boxes) for other in boxes[:n] if box.overlaps(other)]
    assert all(box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1 for box in boxes)


def test_a_label_that_is_too_long_keeps_both_ends():
    assert shortened("a" * 120) == "a" * 120
    assert shortened(f"first{'/x' * 99}/last.bvh")[:5] == "first"
    assert shortened(f"first{'/x' * 99}/last.bvh")[-9:] == "/last.bvh"
    assert len(shortened("a" * 999)) <= 120


def test_draws_the_shortest_clip(tmp_path, make):
    index = motion_folder.index(make.tree_of_files(tmp_path), **motion_folder.CORPUS.options)
    DOMAIN.draw(tmp_path / "a.png", {"still": np.zeros((1, 15))}, 30.0, index.extra)
    assert (tmp_path / "a.png").stat().st_size > 1000


def test_record_options_are_what_plan_takes():
    taken = inspect.signature(motion_folder.index).parameters
    assert set(taken) == {*motion_folder.CORPUS.needs, *motion_folder.CORPUS.takes, *motion_folder.CORPUS.options}
