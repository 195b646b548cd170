"""Mixtures against the sum that they are; weights against those that the samples were drawn with."""

import numpy as np
from scipy.stats import norm

from swn_jax.domains.speech.baselines.mixture import fit_weights, log_mixture

SCALES = np.array([[0.1], [1.0], [10.0]])


def drawn(weights, count=40_000):
    rng = np.random.default_rng(0)
    return rng.normal(size=count) * rng.choice(SCALES[:, 0], count, p=weights)


def test_a_mixture_is_the_log_of_the_sum():
    x, weights = drawn([0.2, 0.3, 0.5], 100), np.array([0.2, 0.3, 0.5])
    direct = np.log(sum(w * norm.pdf(x, 0, s) for w, s in zip(weights, SCALES[:, 0], strict=True)))
    np.testing.assert_allclose(log_mixture(iter(norm.logpdf(x, 0, SCALES)), weights), direct, rtol=1e-12)


def test_a_component_without_weight_does_not_count():
    x = drawn([0.2, 0.3, 0.5], 100)
    alone = log_mixture(iter(norm.logpdf(x, 0, SCALES)), np.array([0.0, 1.0, 0.0]))
    np.testing.assert_allclose(alone, norm.logpdf(x), rtol=1e-12)


def test_weights_are_those_that_samples_were_drawn_with():
    for true in ([0.2, 0.3, 0.5], [0.9, 0.05, 0.05]):
        found = fit_weights(norm.logpdf(drawn(true), 0, SCALES), steps=200)
        np.testing.assert_allclose(found, true, atol=0.02)
        assert found.sum() == 1.0 or abs(found.sum() - 1) < 1e-15


def test_no_step_lowers_the_likelihood():
    logs = norm.logpdf(drawn([0.2, 0.3, 0.5], 1000), 0, SCALES)
    means = [log_mixture(iter(logs), fit_weights(logs, steps)).mean() for steps in range(6)]
    assert np.all(np.diff(means) > 0)


def test_samples_that_only_one_component_explains_are_finite():
    logs = norm.logpdf(np.array([0.0] * 999 + [1e4]), 0, SCALES)  # a click after silence
    weights = fit_weights(logs)
    assert np.isfinite(weights).all()
    assert np.isfinite(log_mixture(iter(logs), weights)).all()
