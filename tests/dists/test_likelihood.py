"""The density of a frame as the head of a model emits it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from swn_jax.dists.likelihood import gaussian
from swn_jax.errors import SwnError

RNG = np.random.default_rng(0)
MEAN, RAW, X = (RNG.normal(size=(4, 3)).astype(np.float32) for _ in range(3))
PARAMS = jnp.asarray(np.concatenate([MEAN, RAW], axis=-1))


def test_a_frame_is_the_sum_of_its_numbers():
    """Raw log-scales near zero are the log-scales themselves."""
    like = gaussian()
    assert like.size(3) == 6
    expected = stats.norm.logpdf(X, MEAN, np.exp(RAW)).sum(-1)
    np.testing.assert_allclose(like.log_prob(PARAMS, jnp.asarray(X)), expected, rtol=1e-3)


def test_the_floor_bounds_the_density():
    params = jnp.array([0.0, -500.0])
    np.testing.assert_allclose(gaussian(floor=-12.0).log_prob(params, jnp.zeros(1)), 12 - 0.5 * np.log(2 * np.pi), 1e-4)
    np.testing.assert_allclose(gaussian(floor=-3.0).log_prob(params, jnp.zeros(1)), 3 - 0.5 * np.log(2 * np.pi), 0.03)


def test_floored_frames_are_those_with_a_scale_at_the_floor():
    means = np.full((5, 2), -50.0)
    raw = np.array([[0.0, 0.0], [-30.0, 0.0], [5.0, -14.5], [-9.0, -9.0], [-30.0, -30.0]])
    params = jnp.asarray(np.concatenate([means, raw], axis=-1), jnp.float32)
    assert gaussian(floor=-12.0).floored(params).tolist() == [False, True, True, False, True]
    assert gaussian(floor=-40.0, ceiling=40.0).floored(params).tolist() == [False] * 5


def test_samples_follow_the_density_at_every_temperature():
    params = jnp.broadcast_to(jnp.array([1.0, -2.0, -0.5, 0.7]), (20000, 4))
    key = jax.random.key(0)
    for temperature in (1.0, 0.5):
        x = np.asarray(gaussian().sample(key, params, temperature))
        np.testing.assert_allclose(x.mean(0), [1.0, -2.0], atol=0.05)
        np.testing.assert_allclose(x.std(0), temperature * np.exp([-0.5, 0.7]), rtol=0.03)
    np.testing.assert_array_equal(gaussian().sample(key, params, 0.0), np.broadcast_to([1.0, -2.0], (20000, 2)))


@pytest.mark.parametrize(("floor", "ceiling"), [(0.0, 12.0), (-1.0, 0.0), (2.0, -2.0), (float("nan"), 1.0)])
def test_bounds_without_room_for_the_start(floor, ceiling):
    with pytest.raises(SwnError, match="wanted floor < 0 < ceiling"):
        gaussian(floor, ceiling)
