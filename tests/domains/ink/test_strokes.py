import numpy as np
import pytest

from swn_jax.domains.ink import strokes
from swn_jax.errors import SwnError


def test_pen_is_up_after_each_stroke():
    made = strokes.rows([np.array([(0, 1), (2, 3.0)]), np.zeros((0, 2)), np.array([(5.5, 6)])], "f", down=False)
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made, [(0, 0, 1), (1, 2, 3), (1, 5.5, 6)])


def test_y_is_turned_upwards():
    made = strokes.rows([np.array([(0.0, 1.0), (2.0, 3.0)])], "f", down=True)
    np.testing.assert_array_equal(made[:, 1:], [(0, -1), (2, -3)])


def test_a_dot_at_the_beginning_is_there_twice():
    points = np.array([(1, 5, 5), (0, 40, 20), (1, 60, 60)], np.float32)
    made = strokes.with_first_dot(points)
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made, [(0, 5, 5), *points])
    np.testing.assert_array_equal(strokes.with_first_dot(points[1:]), points[1:])


@pytest.mark.parametrize("points", [[], [(1.0, 1.0)]])
def test_too_few_points(points):
    with pytest.raises(SwnError, match=rf"^f: found {len(points)} points, wanted 2 or more: .*--skip_bad"):
        strokes.rows([np.array(points).reshape(-1, 2)], "f", down=False)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.1e7, -1.1e7])
def test_absurd_coordinates(value):
    with pytest.raises(SwnError, match=r"^f: found a coordinate that is not finite or beyond 1e7"):
        strokes.rows([np.array([(0, 0), (0, value)])], "f", down=False)
