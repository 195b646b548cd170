from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.image import imread

from swn_jax.corpora.synthetic_ink import write as line
from swn_jax.domains.ink import figure, svg
from swn_jax.domains.ink.files import write
from swn_jax.errors import SwnError

SVG = "{http://www.w3.org/2000/svg}"
# a bar of 200 units, a dot 10 above it, then down to the right
POINTS = np.array([(0, 0, 0), (0, 100, 0), (1, 200, 0), (1, 100, 10), (0, 120, 5), (1, 140, 0)], np.float32)
FEW = {
    "none": [],
    "one": [(0, 5, 5)],
    "one, lifted": [(1, 5, 5)],
    "never lifted": [(0, 0, 0), (0, 3, 4), (0, 9, 1)],
    "always lifted": [(1, 0, 0), (1, 3, 4), (1, 9, 1)],
    "level": [(0, 0, 7), (1, 9, 7)],
    "upright": [(0, 7, 0), (1, 7, 9)],
    "unmoved": [(0, 7, 7), (1, 7, 7)],
}
SHAPES = {"none": 0, "always lifted": 3}


def points(values):
    return np.array(values, np.float32).reshape(-1, 3)


def shapes(text):
    """The shapes of a drawing in their order, and its root."""
    root = ElementTree.fromstring(text)
    (group,) = root
    assert {each.tag for each in group} <= {f"{SVG}path", f"{SVG}circle"}
    return list(group), root


def dark(path):
    """Where a picture is black, below the title: [height, width]."""
    return imread(path)[35:, :, :3].max(-1) < 0.25


def widths(path, blocks):
    """Pixels from the first to the last black one in `blocks` equal shares of a picture, from its top."""
    return [np.ptp(np.flatnonzero(part.any(0))) for part in np.array_split(dark(path), blocks)]


def test_the_still_picture_worked_by_hand():
    # 1000 pixels for 200 units: 5 each, y downwards from the dot, and 2 for the pen all around
    (bar, dot, down), root = shapes(svg.still(POINTS))
    assert bar.get("d") == "M2.00,52.00 502.00,52.00 1002.00,52.00"
    assert (dot.get("cx"), dot.get("cy")) == ("502.00", "2.00")
    assert down.get("d") == "M602.00,27.00 702.00,52.00"
    assert root.get("viewBox") == "0 0 1004.00 54.00"
    assert (root.get("width"), root.get("height")) == ("1004.00", "54.00")


def test_high_ink_is_as_high_as_a_picture_may_be():
    _, root = shapes(svg.still(points([(0, 0, 0), (1, 3, 9)])))
    assert root.get("viewBox") == "0 0 104.00 304.00"


def test_strokes_are_written_one_after_the_other():
    still, _ = shapes(svg.still(POINTS))
    moving, _ = shapes(svg.written(POINTS))
    seconds = 6 / 125 + 2  # points at the speed of a tablet, and a pause
    ends = np.array([0, 3, 4, 6]) / 125 / seconds
    for begin, end, shape, plain in zip(ends, ends[1:], moving, still, strict=False):
        assert {"pathLength", "stroke-dasharray", *plain.attrib} >= set(shape.attrib) >= set(plain.attrib)
        assert shape.get("d") == plain.get("d")
        (animation,) = shape
        assert float(animation.get("dur").removesuffix("s")) == pytest.approx(seconds, abs=1e-3)
        assert animation.get("repeatCount") == "indefinite"
        times = [float(time) for time in animation.get("keyTimes").split(";")]
        if "path" in shape.tag:
            assert (shape.get("pathLength"), shape.get("stroke-dasharray")) == ("1", "1 1.1")
            np.testing.assert_allclose(times, (0, begin, end, 1), atol=1e-6)
            # hidden where the offset is more than the dash and less than dash and gap
            assert animation.get("values") == "1.05;1.05;0;0"
        else:
            np.testing.assert_allclose(times, (0, begin), atol=1e-6)
            assert (animation.get("values"), animation.get("calcMode")) == ("0;1", "discrete")


@pytest.mark.parametrize("name", FEW)
def test_little_ink(tmp_path, name):
    rows = points(FEW[name])
    for real in (None, POINTS, rows):
        made = write(tmp_path, "a", rows, None, {}, real=real)
        assert (made.facts["points"], made.facts["strokes"]) == (len(rows), SHAPES.get(name, 1))
        for file in (tmp_path / "a.svg", tmp_path / "a_written.svg"):
            drawn, root = shapes(file.read_text())
            assert len(drawn) == SHAPES.get(name, 1)
            assert np.isfinite([float(side) for side in root.get("viewBox").split()]).all()
        assert imread(tmp_path / "a.png")[:35, :, :3].min() < 0.6  # the title


def test_files_and_facts(tmp_path):
    made = write(tmp_path, "sample 1", POINTS, None, {})
    assert [path.name for path in made.shown] == ["sample 1.png", "sample 1_written.svg"]
    assert [path.name for path in made.kept] == ["sample 1.svg"]
    assert sorted(tmp_path.iterdir()) == sorted(made.shown + made.kept)
    assert made.facts == {"strokes": 3, "points": 6, "width/height": 20.0}


def test_the_truth_beside_is_not_repeated_but_has_room(tmp_path):
    rows = line(0, "train", 0)
    write(tmp_path, "alone", rows, None, {})
    write(tmp_path, "half", rows * np.float32(0.5), None, {}, real=rows)
    whole, half = (dark(tmp_path / f"{name}.png") for name in ("alone", "half"))
    assert whole.shape == half.shape
    for axis in (0, 1):
        assert np.ptp(np.flatnonzero(half.any(axis))) == pytest.approx(
            np.ptp(np.flatnonzero(whole.any(axis))) / 2, rel=0.05
        )


def test_points_that_are_no_numbers(tmp_path):
    rows = POINTS.copy()
    rows[2, 1] = np.inf
    with pytest.raises(SwnError, match="sample: found points that are not finite, wanted pen positions"):
        write(tmp_path, "sample", rows, None, {})


def square(side, count=5):
    rows = points([(0, 0, 0), (0, side, 0), (0, side, side), (0, 0, side), (1, 0, 0)])
    return np.concatenate([rows] * (count // 5))


def test_columns_have_one_scale(tmp_path):
    figure.figure(tmp_path / "a.png", {"truth": [square(10)] * 2, "RNN": [square(5)] * 2})
    left, right = np.array_split(dark(tmp_path / "a.png"), 2, axis=1)
    sizes = [np.ptp(np.flatnonzero(half[: len(half) // 2].any(axis))) for half in (left, right) for axis in (0, 1)]
    np.testing.assert_allclose(sizes, np.array([2, 2, 1, 1]) * sizes[2], atol=3)


def test_as_many_lines_as_asked_for(tmp_path):
    for lines in (1, 3):
        figure.figure(tmp_path / "a.png", {"truth": [square(10)] * 5, "RNN": [square(10)]}, lines)
        for half, count in zip(np.array_split(dark(tmp_path / "a.png"), 2, axis=1), (lines, 1), strict=True):
            assert (np.diff(half.any(1).astype(int)) == 1).sum() == count


def test_long_lines_are_cut_where_the_others_end(tmp_path):
    way = [points([(0, i, i % 2) for i in range(n)]) for n in (50, 90, 50)]
    figure.figure(tmp_path / "a.png", {"truth": way})
    assert np.ptp(widths(tmp_path / "a.png", 3)) <= 3


def test_a_runaway_leaves_the_others_readable(tmp_path):
    plain, away = points([(0, i, i % 2) for i in range(50)]), points([(0, -9 * i, 99 * i) for i in range(50)])
    figure.figure(tmp_path / "a.png", {"truth": [plain] * 3, "RNN": [plain, away, plain]})
    left, right = np.array_split(dark(tmp_path / "a.png"), 2, axis=1)
    assert np.ptp(np.flatnonzero(left.any(0))) > 0.4 * left.shape[1]
    middle = np.array_split(right, 3)[1]
    assert middle.any()  # its beginning


def test_systems_that_do_not_move_leave_the_others_readable(tmp_path):
    plain, unmoved = points([(0, i, i % 2) for i in range(50)]), np.zeros((50, 3), np.float32)
    figure.figure(tmp_path / "a.png", {"truth": [plain], "RNN": [unmoved], "VRNN": [unmoved]})
    first, *others = np.array_split(dark(tmp_path / "a.png"), 3, axis=1)
    height, width = (np.ptp(np.flatnonzero(first.any(axis))) for axis in (1, 0))
    assert width > 0.9 * first.shape[1]
    assert height < 0.05 * width  # all of it, not a corner made large
    assert not any(other.any(0)[30:].any() for other in others)


def test_writing_stands_upright(tmp_path):
    ell = points([(0, 0, 10), (0, 0, 0), (1, 5, 0)])
    figure.figure(tmp_path / "a.png", {"truth": [ell]})
    ys, xs = np.nonzero(dark(tmp_path / "a.png"))
    assert ys.mean() > (ys.min() + ys.max()) / 2
    assert xs.mean() < (xs.min() + xs.max()) / 2


def test_a_column_of_nobody(tmp_path):
    for columns, who in (({"truth": [POINTS], "RNN": []}, "RNN"), ({}, "any system")):
        with pytest.raises(SwnError, match=f"a.png: found no lines of {who}, wanted some per column"):
            figure.figure(tmp_path / "a.png", columns)
