import numpy as np
import pytest
from matplotlib.image import imread

from swn_jax.domains.ink.domain import INK, coordinate, frames, published, rows
from swn_jax.domains.ink.plots import extent, strokes
from swn_jax.errors import SwnError

POINTS = np.array([(0, 3, 4), (1, 5, 4), (0, 9, 1), (1, 9, 0)], np.float32)
FRAMES = np.array([(1, 2, 0), (0, 4, -3), (1, 0, -1)], np.float64)


def some(n=200, seed=0):
    points = np.random.RandomState(seed).randint(-9000, 9000, (n, 3)).astype(np.float32)
    points[:, 0] = points[:, 0] > 8000
    return points


def test_frames_are_offsets_with_the_pen_of_the_later_point():
    got = frames(POINTS, 3)
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, FRAMES)


def test_rows_undo_frames_up_to_the_start():
    points = some()
    got = rows(frames(points, 3))
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got[0], 0)
    np.testing.assert_array_equal(got[1:, 0], points[1:, 0])
    np.testing.assert_array_equal(got[:, 1:], points[:, 1:] - points[0, 1:])
    np.testing.assert_array_equal(frames(got, 3), frames(points, 3))


def test_offsets_of_far_points_are_exact():
    far = POINTS + np.array([0, 9e6, -9e6], np.float32)
    np.testing.assert_array_equal(frames(far, 3), FRAMES)


def test_published_scaling_from_the_sums_it_is_defined_by():
    offsets = frames(some(), 3)
    n = len(offsets)
    m = offsets[:, 1:].sum() / n
    s = np.sqrt((offsets[:, 1:] ** 2).sum() / n - m**2)
    shift, scale = published(offsets.mean(0), offsets.std(0))
    np.testing.assert_allclose(shift, (0, m, m), rtol=1e-12, atol=0)
    np.testing.assert_allclose(scale, (1, s, s), rtol=1e-12)


def test_published_scaling_worked_by_hand():
    # dx = 2, 4, 0 and dy = 0, -3, -1: m = 2 - 4/3, s^2 = 20/3 + 10/3 - m^2
    shift, scale = published(FRAMES.mean(0), FRAMES.std(0))
    np.testing.assert_allclose(shift, (0, 2 / 3, 2 / 3))
    np.testing.assert_allclose(scale, (1, np.sqrt(10 - 4 / 9), np.sqrt(10 - 4 / 9)))


def test_coordinate_scaling_gives_unit_variance_and_leaves_the_pen():
    offsets = frames(some(), 3)
    shift, scale = coordinate(offsets.mean(0), offsets.std(0))
    scaled = (offsets - shift) / scale
    np.testing.assert_allclose(scaled[:, 1:].mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled[:, 1:].std(0), 1)
    np.testing.assert_array_equal(scaled[:, 0], offsets[:, 0])


def test_scalings_that_cannot_be():
    with pytest.raises(SwnError, match=r"s\^2 = -46 for the published.*use 'coordinate'"):
        published(np.array([0.0, 4.0, 6.0]), np.ones(3))
    with pytest.raises(SwnError, match=r"the deviations 1, 0 of dx and dy"):
        coordinate(np.zeros(3), np.array([1.0, 1.0, 0.0]))


def test_the_domain():
    assert INK.shape == (3,)
    assert (INK.overlap, INK.given, INK.joined) == (1, 0, False)
    assert list(INK.scalings) == ["published", "coordinate"]


def test_strokes_end_where_the_pen_is_lifted():
    got = strokes(np.array([(0, 0, 0), (1, 1, 1), (1, 5, 5), (0, 7, 7.0)]))
    assert [each.tolist() for each in got] == [[[0, 0], [1, 1]], [[5, 5]], [[7, 7]]]


def test_width_and_height():
    np.testing.assert_array_equal(extent(POINTS), (6, 4))
    np.testing.assert_array_equal(extent(POINTS[:0]), (0, 0))


def test_nothing_can_be_drawn(tmp_path):
    INK.draw(tmp_path / "a.png", {"": POINTS[:0]}, None, {})
    assert not ink(tmp_path / "a.png").any()


def ink(path):
    """Where a picture is dark: [height, width]."""
    return imread(path)[..., :3].max(-1) < 0.5


def test_a_drawing_shows_strokes_but_not_the_way_between_them(tmp_path):
    # an L of two strokes: the diagonal from the end of one to the start of the other stays empty
    ell = np.array([(0, 0, 10), (1, 0, 0), (0, 10, 0), (1, 4, 0)], np.float32)
    whole = ell * (0, 1, 1)
    dark = []
    for name, points in (("apart", ell), ("joined", whole)):
        INK.draw(tmp_path / f"{name}.png", {"": points}, None, {})
        dark.append(ink(tmp_path / f"{name}.png"))
    apart, joined = (np.argwhere(each) for each in dark)
    assert len(joined) > len(apart) + 50
    height, width = (np.ptp(each) for each in apart.T)
    assert height == pytest.approx(width, abs=6)  # axes are equal


BARS = {
    "upright": [(0, 0, 0), (1, 0, 90)],  # as all drawings are fed: from the origin
    "upright elsewhere": [(0, 7, 0), (1, 7, 90)],
    "level": [(0, 0, 7), (1, 90, 7)],
    "far away": [(0, 9e6, 0), (1, 9e6, 3)],
    "a dot": [(0, 5, 5), (1, 5, 5)],
}


@pytest.mark.parametrize("name", BARS)
@pytest.mark.parametrize("count", [1, 3])
def test_strokes_without_width_or_height_are_seen(tmp_path, name, count):
    bar = np.array(BARS[name], np.float32)
    INK.draw(tmp_path / "a.png", {" " * i: bar for i in range(count)}, None, {})
    height, width = (np.flatnonzero(ink(tmp_path / "a.png").any(axis)) for axis in (1, 0))
    assert len(height)
    assert len(width)
    if name != "a dot":
        long, short = (width, height) if name == "level" else (height, width)
        assert (np.ptp(long) if name != "level" or count == 1 else len(long)) > 80
        assert name == "level" or (np.diff(short) > 1).sum() == count - 1  # as many bars, none wide
        assert len(short) < 10 * count


def test_lines_have_rows_of_their_own_and_characters_share_them(tmp_path):
    long = np.array([(0, 0, 0), (0, 50, 5), (1, 100, 0)], np.float32)
    short = long * np.array([1, 0.1, 2], np.float32)
    for name, points in (("long", long), ("short", short)):
        INK.draw(tmp_path / f"{name}.png", {f"{name} {i}": points for i in range(8)}, None, {})
    blocks = {}
    for name in ("long", "short"):
        filled = ink(tmp_path / f"{name}.png").any(1)
        blocks[name] = int((np.diff(filled.astype(int)) == 1).sum())
    assert blocks["long"] >= 8
    assert blocks["short"] < 8
