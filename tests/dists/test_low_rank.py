"""The Gaussian of diagonal plus low rank against scipy's with the whole covariance, its draws and its extremes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from alone import alone
from scipy import stats

from swn_jax.dists import low_rank as normal
from swn_jax.dists.likelihood import likelihood, low_rank
from swn_jax.errors import SwnError

ROWS, D, R = 4, 5, 2


def params_of(seed=0):
    return np.random.default_rng(seed).normal(size=(ROWS, D * (2 + R)))


def moments(params):
    """Mean and covariance of each frame, by the definition."""
    start = np.asarray(normal.spread(jnp.zeros((D, R))), np.float64)
    for row in np.asarray(params, np.float64):
        scales, factors = np.diag(np.exp(row[D : 2 * D])), row[2 * D :].reshape(D, R) + start
        yield row[:D], scales @ (np.eye(D) + factors @ factors.T) @ scales


WIDE = alone(low_rank(R, floor=-40.0, ceiling=40.0), D)


def test_the_density_is_that_of_scipy():
    params, x = params_of(), np.random.default_rng(1).normal(size=(ROWS, D))
    expected = [stats.multivariate_normal.logpdf(a, *by) for a, by in zip(x, moments(params), strict=True)]
    assert low_rank(R).size(D) == params.shape[-1]
    np.testing.assert_allclose(WIDE.log_prob(*map(jnp.float32, (params, x))), expected, rtol=1e-4)
    with jax.enable_x64(True):
        np.testing.assert_allclose(WIDE.log_prob(*map(jnp.asarray, (params, x))), expected, rtol=1e-6)


def test_samples_follow_the_density_at_every_temperature():
    params = params_of(3)[:1]
    ((mean, covariance),) = moments(params)
    many = jnp.broadcast_to(jnp.asarray(params, jnp.float32), (40000, params.shape[-1]))
    for temperature in (1.0, 0.5):
        x = np.asarray(WIDE.sample(jax.random.key(0), many, temperature), np.float64)
        spread = np.sqrt(np.diag(covariance))
        np.testing.assert_allclose((x.mean(0) - mean) / spread, 0, atol=0.02)
        found = np.cov(x.T) / np.outer(spread, spread)
        np.testing.assert_allclose(found, temperature**2 * covariance / np.outer(spread, spread), atol=0.03)
    np.testing.assert_allclose(WIDE.sample(jax.random.key(1), many[:3], 0.0), np.tile(mean, (3, 1)), rtol=1e-5)
    np.testing.assert_allclose(WIDE.mean(many[0]), mean, rtol=1e-6)


def test_gradients_are_finite_differences():
    with jax.enable_x64(True):
        params, x = jnp.asarray(params_of()[0]), jnp.array([0.4, -1.3, 0.2, 2.0, -0.1])
        grad = jax.grad(WIDE.log_prob)(params, x)
        for i, slope in enumerate(grad):
            up, down = (WIDE.log_prob(params.at[i].add(h), x) for h in (1e-6, -1e-6))
            np.testing.assert_allclose(slope, (up - down) / 2e-6, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("size", [10.0, 1e3])
def test_extremes_stay_finite(size):
    """Scales at their bounds, factors that are long and alike, frames far away."""
    like, width = alone(low_rank(8), 60), 60
    for seed in range(4):
        params = size * np.sign(np.random.default_rng(seed).normal(size=10 * width))
        params[2 * width :] = params[2 * width :] if seed else size
        for far in (0.0, -size, 1e4):
            params, x = jnp.asarray(params, jnp.float32), jnp.full(width, far)
            value, grads = jax.value_and_grad(like.log_prob, argnums=(0, 1))(params, x)
            assert np.isfinite([value, *np.concatenate(grads)]).all()


def test_factors_start_apart_and_all_alive():
    """At a head of zeros the factors are orthogonal, and each has a gradient of its own."""
    like = alone(low_rank(4), 20)
    start = np.asarray(normal.spread(jnp.zeros((20, 4))))
    products = start.T @ start
    np.testing.assert_allclose(products - np.diag(np.diag(products)), 0, atol=1e-5)
    assert np.diag(products).min() > 0
    x = jax.random.normal(jax.random.key(0), (64, 20)) + jax.random.normal(jax.random.key(1), (64, 1))
    grads = np.asarray(jax.vmap(jax.grad(like.log_prob), (None, 0))(jnp.zeros(120), x))[:, 40:].reshape(64, 20, 4)
    assert np.abs(grads).mean((0, 1)).min() > 1e-2


def test_training_finds_numbers_that_move_together():
    """Gradient ascent from a head of zeros comes near the entropy that a diagonal Gaussian misses."""
    rng = np.random.default_rng(0)
    covariance = 0.1 * np.eye(6) + np.outer(*[[1, -1, 1, 1, -1, 1]] * 2)
    x = jnp.asarray(rng.multivariate_normal(np.zeros(6), covariance, size=512), jnp.float32)
    like = alone(low_rank(1), 6)

    def loss(params):
        return -like.log_prob(jnp.broadcast_to(params, (512, 18)), x).mean()

    params = jax.jit(lambda p: jax.lax.fori_loop(0, 500, lambda _, p: p - 0.03 * jax.grad(loss)(p), p))(jnp.zeros(18))
    best, diagonal = (0.5 * np.linalg.slogdet(2 * np.pi * np.e * c)[1] for c in (covariance, 1.1 * np.eye(6)))
    assert best - 0.2 < float(loss(params)) < best + 0.5 < diagonal


def test_frames_with_a_scale_at_the_floor():
    params = jnp.zeros((3, D * (2 + R))).at[1, D + 2].set(-50.0).at[2, -1].set(-50.0)  # a scale; a factor
    assert alone(low_rank(R), D).at_floor(params).tolist() == [False, True, False]


@pytest.mark.parametrize(("call", "words"), [
    (lambda: low_rank(0), "found rank=0"),
    (lambda: low_rank(floor=1.0), "wanted floor < 0 < ceiling"),
    (lambda: low_rank(4).size(3), "found rank=4 for frames of 3 numbers, wanted at most 3"),
    (lambda: likelihood("low_rank", ranks=3), "did you mean 'rank'"),
])  # fmt: skip
def test_what_cannot_be(call, words):
    with pytest.raises(SwnError, match=words):
        call()
