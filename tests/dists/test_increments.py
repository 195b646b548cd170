"""The Gaussian about a share of the frame before against scipy's, its draws, and what it is at a head of zeros."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from swn_jax.dists.likelihood import gaussian, increments
from swn_jax.errors import SwnError

ROWS, FRAMES, D, DRAWS = 2, 3, 4, 4000
KEPT = 0.75
LIKE = increments(KEPT, floor=-40.0, ceiling=40.0)


@pytest.fixture
def given():
    """Parameters, frames and the two before, in general position."""
    rng = np.random.default_rng(0)
    shapes = (ROWS, FRAMES, 2 * D), (ROWS, FRAMES, D), (ROWS, 2, D)
    return [jnp.asarray(rng.normal(size=shape), jnp.float32) for shape in shapes]


def test_the_density_is_that_of_scipy_about_the_frame_before(given):
    params, x, past = map(np.asarray, given)
    before = np.concatenate([past[:, -1:], x[:, :-1]], axis=1)
    expected = stats.norm.logpdf(x, KEPT * before + params[..., :D], np.exp(params[..., D:])).sum(-1)
    np.testing.assert_allclose(LIKE.log_prob({}, *given), expected, rtol=1e-5)


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0])
def test_draws_have_the_mean_and_deviation_of_the_density(given, temperature):
    params, _, past = (a[:1] for a in given)
    draw = jax.vmap(lambda key: LIKE.sample({}, key, params[:, 0], past, temperature)[0])
    x = np.asarray(draw(jax.random.split(jax.random.key(1), DRAWS)), np.float64)
    mean, scale = KEPT * past[0, -1] + params[0, 0, :D], temperature * np.exp(params[0, 0, D:])
    np.testing.assert_allclose(x.mean(0), mean, atol=1e-5 + 4 * scale.max() / DRAWS**0.5)
    np.testing.assert_allclose(x.std(0), scale, rtol=0.05, atol=1e-5)
    np.testing.assert_allclose(LIKE.mean({}, params[:, 0], past)[0], mean, rtol=1e-5)


def test_of_all_that_is_kept_a_head_of_zeros_repeats_the_frame_before(given):
    past = given[2]
    np.testing.assert_array_equal(increments(1.0).mean({}, jnp.zeros((ROWS, 2 * D)), past), past[:, -1])
    np.testing.assert_array_equal(increments(0.0).log_prob({}, *given), gaussian().log_prob({}, *given))


def test_which_frames_are_at_the_floor(given):
    params = jnp.zeros((1, 2, 2 * D)).at[0, 1, -1].set(-400.0)
    assert LIKE.at_floor({}, params, given[1][:1, :2], given[2][:1]).tolist() == [[False, True]]


def test_bounds_without_room_and_shares_out_of_range_are_refused():
    with pytest.raises(SwnError, match="wanted floor < 0 < ceiling"):
        increments(floor=1.0)
    for kept in (-0.1, 1.1, float("nan")):
        with pytest.raises(SwnError, match=f"found kept={kept}, wanted the share"):
            increments(kept)
