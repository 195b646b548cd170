"""Smooth bounds: held, rising, the identity between them, alive at the ends."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax.ops.bounds import bounded


@pytest.mark.parametrize(("low", "high"), [(-8.0, 8.0), (-12.0, 12.0), (-3.0, 10.0)])
def test_bounds_are_held_and_the_middle_is_free(low, high):
    raw = jnp.linspace(low - 30, high + 30, 801)
    out = np.asarray(bounded(raw, low, high))
    assert low <= out.min() < low + 1e-6
    assert high - 0.1 < out.max() <= high + 1e-4
    assert (np.diff(out) >= 0).all()
    inside = np.abs(np.asarray(raw) - (low + high) / 2) < (high - low) / 2 - 2
    assert (np.diff(out[inside]) > 0).all()
    assert abs(float(bounded(jnp.array((low + high) / 2), low, high)) - (low + high) / 2) < 0.01


def test_the_slope_is_one_between_and_never_zero():
    slope = jax.vmap(jax.grad(lambda raw: bounded(raw, -8.0, 8.0)))
    np.testing.assert_allclose(slope(jnp.linspace(-2.0, 2.0, 9)), 1.0, atol=0.01)
    ends = np.asarray(slope(jnp.array([-40.0, -20.0, -10.0, 10.0, 20.0, 40.0])))
    assert (ends > 0).all()
    assert (ends < 0.2).all()


@pytest.mark.parametrize("raw", [-1e4, -300.0, 300.0, 1e4])
def test_extremes_stay_finite(raw):
    value, slope = jax.value_and_grad(lambda raw: bounded(raw, -8.0, 8.0))(jnp.array(raw))
    assert abs(abs(float(value)) - 8) < 1e-3
    assert np.isfinite(slope)
