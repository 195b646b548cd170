"""The mixture of Gaussians against scipy and quadrature, its start, its draws, its extremes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from alone import alone
from scipy import integrate, special, stats

from swn_jax.dists import mixture as blend
from swn_jax.dists.likelihood import likelihood, mixture
from swn_jax.errors import SwnError

ROWS, K, D = 4, 3, 2
SHARED = pytest.mark.parametrize("shared", [False, True], ids=["each", "shared"])


def parts_of(shared, seed=0, rows=ROWS):
    """Weights, means and log-scales [rows, K, .] in general position, and the parameters that the head emits."""
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=(rows, K, 1 if shared else D))
    mean, log_scale = rng.normal(size=(rows, K, D)), 0.4 * rng.normal(size=(rows, K, D))
    start = np.linspace(-1, 1, K)[:, None] / (np.sqrt(D) if shared else 1)
    params = np.concatenate([mean - start, log_scale, weight], -1).reshape(rows, -1)
    return weight, mean, log_scale, params


def by_scipy(weight, mean, log_scale, x):
    """One frame, from weights, means and log-scales [K, .]."""
    density = stats.norm.pdf(x, mean, np.exp(log_scale))  # [K, D]
    share = special.softmax(weight, axis=0)
    return (
        np.log((share[:, 0] * density.prod(-1)).sum())
        if share.shape[1] == 1
        else np.log((share * density).sum(0)).sum()
    )


def wide(shared):
    """Bounds that leave the log-scales alone."""
    return mixture(K, shared, floor=-40.0, ceiling=40.0)


@SHARED
def test_the_density_is_that_of_scipy(shared):
    *parts, params = parts_of(shared)
    x = np.random.default_rng(1).normal(size=(ROWS, D))
    expected = [by_scipy(*(part[t] for part in parts), x[t]) for t in range(ROWS)]
    assert mixture(K, shared).size(D) == params.shape[-1] == (K * (2 * D + 1) if shared else 3 * K * D)
    np.testing.assert_allclose(alone(wide(shared)).log_prob(*map(jnp.float32, (params, x))), expected, rtol=1e-4)
    with jax.enable_x64(True):
        np.testing.assert_allclose(alone(wide(shared)).log_prob(*map(jnp.asarray, (params, x))), expected, rtol=1e-12)


@SHARED
def test_the_density_integrates_to_one(shared):
    params = jnp.asarray(parts_of(shared)[-1][:1], jnp.float32)
    axis = np.arange(-9, 9, 0.05)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, D).astype(np.float32)
    log_px = alone(mixture(K, shared)).log_prob(
        jnp.broadcast_to(params, (len(grid), params.shape[-1])), jnp.asarray(grid)
    )
    assert float(jnp.exp(log_px).sum()) * 0.05**2 == pytest.approx(1.0, abs=1e-4)


def test_only_shared_weights_tie_the_numbers_of_a_frame():
    """The joint density is the product of its marginals just when each number has weights of its own."""
    for shared in (False, True):
        model = alone(mixture(2, shared))
        params = np.zeros((2, model.size(D) // 2))
        params[:, :D] = [[-1.0], [1.0]]
        grid = np.stack(np.meshgrid([-1.0, 1.0], [-1.0, 1.0]), -1)
        many = jnp.broadcast_to(jnp.asarray(params.ravel(), jnp.float32), (2, 2, params.size))
        joint = np.exp(model.log_prob(many, jnp.asarray(grid, jnp.float32)))
        assert (abs(np.linalg.det(joint)) > 1e-3) == shared  # rank 1 if independent


def test_a_component_of_all_the_weight_is_a_gaussian():
    params = np.zeros((K, 2 * D + 1))
    params[1, -1] = 500.0
    x = np.array([0.3, -2.0])
    found = alone(mixture(K, True)).log_prob(jnp.asarray(params.ravel(), jnp.float32), jnp.asarray(x, jnp.float32))
    np.testing.assert_allclose(found, stats.norm.logpdf(x).sum(), rtol=1e-4)
    one = alone(mixture(K))
    area, _ = integrate.quad(
        lambda a: np.exp(float(one.log_prob(jnp.zeros(3 * K), jnp.array([a], jnp.float32)))),
        -9,
        9,
        limit=20,
    )
    assert area == pytest.approx(1.0, abs=1e-4)


@SHARED
def test_gradients_are_finite_differences(shared):
    with jax.enable_x64(True):
        params = jnp.asarray(parts_of(shared)[-1][0])
        x = jnp.array([0.4, -1.3])
        log_prob = jax.jit(alone(mixture(K, shared)).log_prob)
        for arg, grad in enumerate(jax.grad(log_prob, argnums=(0, 1))(params, x)):
            for i, slope in enumerate(grad):
                up, down = (log_prob(*(a.at[i].add(h) if n == arg else a for n, a in enumerate((params, x))))
                            for h in (1e-6, -1e-6))  # fmt: skip
                np.testing.assert_allclose(slope, (up - down) / 2e-6, rtol=1e-5, atol=1e-8)


@SHARED
@pytest.mark.parametrize("size", [1e2, 1e4])
def test_extremes_stay_finite(shared, size):
    """Scales at the floor, scales at the ceiling, all the weight elsewhere, frames far away."""
    model = alone(mixture(K, shared))
    for seed in range(3):
        params = jnp.asarray(np.sign(parts_of(shared, seed)[-1][0]) * size, jnp.float32)
        for x in (np.zeros(D), np.full(D, 1e6), np.full(D, -size)):
            value, grads = jax.value_and_grad(model.log_prob, argnums=(0, 1))(params, jnp.asarray(x, jnp.float32))
            assert np.isfinite([value, *np.concatenate(grads)]).all()


@SHARED
@pytest.mark.parametrize("width", [1, 200])
def test_components_start_apart_and_all_alive(shared, width):
    """At a head of zeros each component has gradients of its own, none of them negligible beside the others."""
    model = alone(mixture(5, shared))
    zeros = jnp.zeros(model.size(width))
    x = jax.random.normal(jax.random.key(0), (64, width))
    grads = jax.jit(jax.vmap(jax.grad(model.log_prob), (None, 0)))(zeros, x).reshape(64, 5, -1)
    strength = np.abs(np.asarray(grads)).mean((0, 2))
    assert strength.min() > 0.1 * strength.max()
    for k in range(4):
        assert np.abs(np.asarray(grads[:, k] - grads[:, k + 1])).mean() > 0.02 * strength.max()
    standard = stats.norm.logpdf(np.asarray(x)).sum(-1)  # near the standard normal, as all heads start
    assert (
        np.abs(np.asarray(model.log_prob(jnp.broadcast_to(zeros, (64, len(zeros))), x)) - standard).mean() < 0.6 * width
    )


def test_training_uses_the_components():
    """Gradient ascent from a head of zeros finds the two modes of a mixture, which no single Gaussian holds."""
    rng = np.random.default_rng(0)
    x = jnp.asarray(rng.choice([-2.0, 2.0], size=(512, 1)) + 0.2 * rng.normal(size=(512, 1)), jnp.float32)
    model = alone(mixture(4))

    def loss(params):
        return -model.log_prob(jnp.broadcast_to(params, (512, len(params))), x).mean()

    params = jax.jit(lambda p: jax.lax.fori_loop(0, 400, lambda _, p: p - 0.1 * jax.grad(loss)(p), p))(jnp.zeros(12))
    best = -np.log(2) + 0.5 * np.log(2 * np.pi * np.e) + np.log(0.2)  # entropy: two Gaussians of scale 0.2
    assert float(loss(params)) < np.log(2) + 0.5 * np.log(2 * np.pi * np.e) + np.log(0.2) + 0.1
    assert best < float(loss(params))


@SHARED
def test_draws_follow_the_density(shared):
    weight, mean, log_scale, params = parts_of(shared, seed=2, rows=1)
    draws = 40000
    many = jnp.broadcast_to(jnp.asarray(params, jnp.float32), (draws, params.shape[-1]))
    x = np.asarray(alone(wide(shared)).sample(jax.random.key(0), many, 1.0), np.float64)
    share = special.softmax(weight[0], axis=0)
    expected = (share * mean[0]).sum(0)
    second = (share * (np.exp(2 * log_scale[0]) + mean[0] ** 2)).sum(0)
    np.testing.assert_allclose(x.mean(0), expected, atol=0.03)
    np.testing.assert_allclose(x.var(0), second - expected**2, rtol=0.04)
    cross = (share[:, 0] * mean[0].prod(-1)).sum() - expected.prod() if shared else 0.0
    np.testing.assert_allclose(np.cov(x.T)[0, 1], cross, atol=0.03)
    likely = np.take_along_axis(mean[0], np.broadcast_to(weight[0].argmax(0)[None], (1, D)), 0)
    cold = alone(wide(shared)).sample(jax.random.key(1), many[:8], 0.0)
    np.testing.assert_allclose(cold, np.broadcast_to(likely, (8, D)), rtol=1e-5)


@SHARED
def test_frames_with_a_scale_at_the_floor(shared):
    params = np.zeros((2, K, mixture(K, shared).size(D) // K))
    params[1, 2, D] = -50.0
    assert alone(mixture(K, shared)).at_floor(jnp.asarray(params.reshape(2, -1), jnp.float32)).tolist() == [False, True]


def test_the_outer_components_start_at_a_distance_of_one():
    np.testing.assert_allclose(blend.spread(jnp.full((3, 1), 5.0), 1).ravel(), [4, 5, 6])
    np.testing.assert_allclose(jnp.linalg.norm(blend.spread(jnp.zeros((2, 4)), 4), axis=-1), [1, 1])


@pytest.mark.parametrize(("call", "words"), [
    (lambda: mixture(1), "found components=1"),
    (lambda: mixture(2, floor=1.0), "wanted floor < 0 < ceiling"),
    (lambda: likelihood("mixtur"), "did you mean 'mixture'"),
    (lambda: likelihood("mixture", share=True), "did you mean 'shared'"),
])  # fmt: skip
def test_what_cannot_be(call, words):
    with pytest.raises(SwnError, match=words):
        call()
