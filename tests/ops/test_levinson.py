"""Backward-adaptive prediction against scipy, and that it looks at the past alone."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import linalg, signal

from swn_jax.ops.levinson import QUIET, WHITE, autocorrelations, levinson, predictions, window

RNG = np.random.default_rng(0)
ORDER, BLOCK, SPAN = 4, 5, 40


def coloured(samples):
    """Noise through a resonant filter."""
    return signal.lfilter([1.0], [1.0, -1.6, 0.81], RNG.normal(size=samples))


@pytest.mark.parametrize("span", [SPAN, 38, 7])
def test_coefficients_solve_the_normal_equations_of_the_past(span):
    x = coloured(100)
    with jax.enable_x64(True):
        a = np.asarray(levinson(autocorrelations(jnp.asarray(x), ORDER, BLOCK, span)))
    assert a.shape == (21, ORDER)
    for c in (1, 8, 13, 20):
        past = np.pad(x, (span, 0))[BLOCK * c : BLOCK * c + span] * window(span)
        r = np.array([past[: span - k] @ past[k:] for k in range(ORDER + 1)])
        r[0] = r[0] * (1 + WHITE) + QUIET
        np.testing.assert_allclose(a[c], linalg.solve_toeplitz(r[:-1], r[1:]), rtol=1e-8)
    assert not a[0].any()


def test_the_filter_is_stable():
    """All roots lie inside the unit circle, for a sine, a click, a ramp and silence too."""
    t = np.arange(200)
    signals = [np.sin(0.3 * t), (t == 90) * 1e3, t * 1.0, np.zeros(200), np.sign(np.sin(0.1 * t))]
    for x in signals:
        a = np.asarray(levinson(autocorrelations(jnp.asarray(x, jnp.float32), ORDER, BLOCK, SPAN)))
        assert np.isfinite(a).all()
        for each in a:
            assert np.abs(np.roots(np.concatenate([[1.0], -each]))).max() < 1.0


def test_a_prediction_is_the_sum_of_its_terms():
    x, a = RNG.normal(size=20), RNG.normal(size=(4, 3))
    found = np.asarray(predictions(jnp.asarray(x, jnp.float32), jnp.asarray(a, jnp.float32), BLOCK))
    padded = np.pad(x, (3, 0))
    expected = [a[i // BLOCK] @ padded[i : i + 3][::-1] for i in range(20)]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_prediction_takes_the_colour_off():
    """Of an autoregressive signal of order 2, what is left has nearly the variance of the noise that made it."""
    x = jnp.asarray(coloured(4000), jnp.float32)
    a = levinson(autocorrelations(x, ORDER, 20, 480))
    left = np.asarray(x - predictions(x, a[:-1], 20))[500:]
    assert left.var() < 1.06
    assert np.var(x) > 10


def test_no_coefficients_of_order_zero():
    a = levinson(autocorrelations(jnp.ones((2, 20)), 0, BLOCK, SPAN))
    assert a.shape == (2, 5, 0)
    assert not np.asarray(predictions(jnp.ones((2, 20)), a[:, :-1], BLOCK)).any()
