"""Levinson's recursion against scipy's solver of one Toeplitz system."""

import numpy as np
from scipy.linalg import solve_toeplitz

from swn_jax.domains.speech.baselines.levinson import levinson


def test_each_row_solves_its_system():
    signals = np.random.default_rng(0).normal(size=(50, 200)).cumsum(1)  # strongly correlated
    r = np.array([np.correlate(x, x, "full")[199:216] for x in signals])
    r[:, 0] *= 1 + 1e-5
    found = levinson(r)
    assert found.shape == (50, 16)
    for row, a in zip(r, found, strict=True):
        np.testing.assert_allclose(a, solve_toeplitz(row[:-1], row[1:]), rtol=1e-5, atol=1e-7)


def test_white_noise_predicts_nothing():
    np.testing.assert_array_equal(levinson(np.eye(1, 5)), np.zeros((1, 4)))
