import numpy as np
import pytest

from swn_jax.data.moments import Moments


def of(parts):
    moments = Moments()
    for part in parts:
        moments.add(part)
    return moments.result()


@pytest.mark.parametrize("cuts", [(), (1,), (0, 3, 3, 700), range(0, 1000, 37)])
def test_floats_as_numpy_has_them(cuts):
    rows = np.random.RandomState(0).normal(1e4, [1e-2, 1.0, 1e5], (1000, 3)).astype(np.float32)
    mean, std = of(np.split(rows, list(cuts)))
    np.testing.assert_allclose(mean, rows.astype(np.float64).mean(0), rtol=1e-13)
    np.testing.assert_allclose(std, rows.astype(np.float64).std(0), rtol=1e-11)


def test_whole_numbers_are_exact():
    """Where float64 sums of squares have lost the variance."""
    rows = np.full((3000, 1), 32767, np.int16)
    rows[::3] = 32766
    mean, std = of(np.split(rows, [7, 1000]))
    assert mean.tolist() == [32767 - 1 / 3]
    assert std.tolist() == [pytest.approx(np.sqrt(2) / 3, rel=1e-15)]


def test_constant_columns_have_no_deviation():
    rows = np.tile(np.float32([0.1, 3.0]), (50, 1))
    assert of([rows[:20], rows[20:]])[1].tolist() == [0.0, 0.0]
