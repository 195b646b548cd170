"""Sums and filters over the past by blocks, against loops."""

import jax.numpy as jnp
import numpy as np
import pytest

from swn_jax.ops.blocks import blocks, causal_filters, earlier, over_past, windows

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 24)).astype(np.float32)


@pytest.mark.parametrize("steps", [0, 1, 5, 24, 30])
def test_earlier_shifts_and_fills_with_zeros(steps):
    found = np.asarray(earlier(jnp.asarray(X), steps))
    assert not found[:, :steps].any()
    np.testing.assert_array_equal(found[:, steps:], X[:, : max(0, 24 - steps)])


def test_sums_over_the_past_see_exactly_their_blocks():
    weights = RNG.normal(size=(3, 4))
    found = np.asarray(over_past(jnp.asarray(X), weights))
    padded = np.pad(X, ((0, 0), (12, 0)))
    for c in range(7):
        past = padded[:, 4 * c : 4 * c + 12].reshape(2, 3, 4)[:, ::-1]  # the newest block first
        np.testing.assert_allclose(found[:, c], (past * weights).sum((1, 2)), rtol=1e-4, atol=1e-5)


def test_windows_are_a_block_and_what_is_before_it():
    found = np.asarray(windows(jnp.asarray(X), 4, 8))
    padded = np.pad(X, ((0, 0), (8, 0)))
    for c in range(6):
        np.testing.assert_array_equal(found[:, c], padded[:, 4 * c : 4 * c + 12])
    np.testing.assert_array_equal(found[..., 8:], blocks(jnp.asarray(X), 4))


@pytest.mark.parametrize("taps", [1, 3, 4, 9])
def test_filters_see_the_samples_before_their_own(taps):
    kernel = RNG.normal(size=(taps, 5)).astype(np.float32)
    found = np.asarray(causal_filters(jnp.asarray(X), jnp.asarray(kernel), 4))
    for u in range(5):
        whole = np.stack([np.convolve(x, kernel[:, u])[:24] for x in X])
        np.testing.assert_allclose(found[:, 1:, u], whole[:, :-1], rtol=1e-4, atol=1e-5)
    assert not found[:, 0].any()
