"""The Gaussian against scipy, its divergence against quadrature, gradients against finite differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, stats

from swn_jax.dists import gaussian


def test_log_prob_is_that_of_scipy():
    rng = np.random.default_rng(0)
    x, mean, log_scale = (rng.normal(size=(5, 4)) * s for s in (3.0, 2.0, 1.5))
    expected = stats.norm.logpdf(x, mean, np.exp(log_scale))
    np.testing.assert_allclose(gaussian.log_prob(*map(jnp.asarray, cast(x, mean, log_scale))), expected, 1e-4, 1e-5)
    with jax.enable_x64(True):
        np.testing.assert_allclose(gaussian.log_prob(*map(jnp.asarray, (x, mean, log_scale))), expected, rtol=1e-12)


def cast(*arrays):
    return [np.asarray(a, np.float32) for a in arrays]


DIVERGENCES = [
    (0.0, 0.0, 0.0, 0.0), (0.5, 0.2, -0.3, -0.4), (-2.0, -1.0, 1.0, 0.7), (0.0, -8.0, 0.0, 0.0), (3.0, 1.5, 3.0, 1.5),
    (0.1, -8.0, 0.1, -7.9), (5.0, -3.0, -5.0, 2.0), (0.0, 2.0, 0.0, -2.0), (0.0, 1e-3, 0.0, 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("mean_q", "log_q", "mean_p", "log_p"), DIVERGENCES)
def test_kl_is_the_integral(mean_q, log_q, mean_p, log_p):
    q, p = stats.norm(mean_q, np.exp(log_q)), stats.norm(mean_p, np.exp(log_p))

    def integrand(u):
        z = mean_q + np.exp(log_q) * u
        return stats.norm.pdf(u) * (q.logpdf(z) - p.logpdf(z))

    expected, _ = integrate.quad(integrand, -12, 12, epsabs=1e-12)
    with jax.enable_x64(True):
        exact = gaussian.kl(*(jnp.asarray(v, jnp.float64) for v in (mean_q, log_q, mean_p, log_p)))
        np.testing.assert_allclose(exact, expected, rtol=1e-8, atol=1e-10)
    single = gaussian.kl(*map(jnp.float32, (mean_q, log_q, mean_p, log_p)))
    np.testing.assert_allclose(single, expected, rtol=1e-4, atol=1e-9)


def test_kl_of_nearly_equal_densities_keeps_its_digits():
    """No cancellation in single precision: d^2 + 2 d^3 / 3 for log-scales that differ by d, d^2 / 2 for means."""
    for delta in (1e-2, 1e-3, -7e-4, 3e-4, -2e-4):
        zero = jnp.zeros(())
        scale = float(gaussian.kl(zero, jnp.float32(delta), zero, zero))
        np.testing.assert_allclose(scale, delta**2 + 2 * delta**3 / 3, rtol=2e-3)
        np.testing.assert_allclose(gaussian.kl(jnp.float32(delta), zero, zero, zero), delta**2 / 2, rtol=1e-5)


def test_kl_of_a_density_with_itself_is_zero_and_never_below():
    rng = np.random.default_rng(1)
    mean, log_scale = map(jnp.asarray, cast(rng.normal(size=5000), rng.uniform(-8, 8, size=5000)))
    assert not np.asarray(gaussian.kl(mean, log_scale, mean, log_scale)).any()
    near = log_scale + jnp.asarray(rng.normal(size=5000).astype(np.float32)) * 1e-3
    assert (np.asarray(gaussian.kl(mean, near, mean, log_scale)) >= -1e-7).all()


@pytest.mark.parametrize("at", [(0.3, -0.2, 0.5, 0.4), (-1.0, 1.5, 2.0, -0.5)])
def test_gradients_are_finite_differences(at):
    with jax.enable_x64(True):
        for function, args in [(gaussian.kl, at), (gaussian.log_prob, at[:3]), (gaussian.draw, at[:3])]:
            args = tuple(jnp.asarray(a, jnp.float64) for a in args)
            grads = jax.grad(function, argnums=tuple(range(len(args))))(*args)
            for i, grad in enumerate(grads):
                up, down = ([*args[:i], args[i] + h, *args[i + 1 :]] for h in (1e-6, -1e-6))
                np.testing.assert_allclose(grad, (function(*up) - function(*down)) / 2e-6, rtol=1e-6, atol=1e-9)


def test_draws_have_the_mean_and_the_scale():
    noise = jax.random.normal(jax.random.key(0), (20000,))
    z = np.asarray(gaussian.draw(jnp.full(20000, 2.0), jnp.full(20000, -1.0), noise))
    np.testing.assert_allclose([z.mean(), z.std()], [2.0, np.exp(-1)], rtol=0.02)
    np.testing.assert_allclose(z, 2 + np.exp(-1) * np.asarray(noise), rtol=1e-5)
