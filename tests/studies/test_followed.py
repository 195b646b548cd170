"""How far samples follow what they were given, against numpy by hand."""

import numpy as np

from swn_jax.data.domain import Track
from swn_jax.studies.followed import followed

TRACK = Track(("a", "b", "c"), lambda rows, rate, frame: rows)
NAN = np.nan


def test_columns_are_compared_where_both_have_numbers():
    real = [np.array([[1.0, 2.0, NAN], [2.0, 2.0, NAN]]), np.array([[4.0, 2.0, 5.0], [NAN, 2.0, 6.0]])]
    made = [np.array([[3.0, 1.0, 1.0], [5.0, 2.0, 1.0]]), np.array([[9.0, 3.0, NAN], [70.0, 4.0, NAN]])]
    a, b, c = followed(TRACK, real, made, None, 1)
    assert (a.name, a.given, a.made) == ("a", 7 / 3, 87 / 4)
    np.testing.assert_allclose(a.correlation, 1.0)  # 2 a + 1, where both are known
    assert (b.given, b.made, c.given, c.made) == (2.0, 2.5, 5.5, 1.0)
    assert np.isnan(b.correlation)
    assert np.isnan(c.correlation)
