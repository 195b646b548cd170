"""Backward-adaptive linear prediction against one block after the other."""

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz

from swn_jax.domains.speech.baselines import linear


def plain(x, given):
    """Each sample predicted from the 480 before the start of its block, without numpy's strides."""
    window = np.array([np.sin(np.pi * (n + 0.5) / 960) ** 2 for n in range(480)])
    window[440:] *= np.cos(np.pi / 4 * np.arange(40) / 39)
    padded, left = np.concatenate([np.zeros(480), x]), []
    for t in range(given, len(x)):
        start = given + (t - given) // 20 * 20
        past = padded[start : start + 480] * window
        r = np.array([past[lag:] @ past[: 480 - lag] for lag in range(17)])
        r[0] = r[0] * (1 + 1e-5) + 1e-6 * 480
        a = solve_toeplitz(r[:16], r[1:])
        left.append(x[t] - sum(a[k] * padded[480 + t - 1 - k] for k in range(16)))
    return np.array(left)


@pytest.mark.parametrize(("length", "given"), [(700, 200), (273, 200), (201, 200), (25, 1)])
def test_it_is_that_of_a_loop(length, given):
    x = np.random.default_rng(length).normal(size=length).cumsum() / 10
    np.testing.assert_allclose(linear.residual(x, given), plain(x, given), rtol=1e-6, atol=1e-8)


def test_blocks_in_memory_do_not_change_it(monkeypatch):
    x = np.random.default_rng(0).normal(size=1111)
    whole = linear.residual(x, 200)
    monkeypatch.setattr(linear, "AT_ONCE", 7)
    np.testing.assert_array_equal(linear.residual(x, 200), whole)


def test_a_sine_is_predicted():
    x = np.sin(np.arange(4000) * 0.2)
    assert np.abs(linear.residual(x, 200)[800:]).max() < 0.02
