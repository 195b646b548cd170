"""Running levels against a plain loop, and the Gaussians against scipy's."""

import math

import numpy as np
from scipy.stats import norm

from swn_jax.domains.speech.baselines import levels


def test_levels_are_those_of_a_loop_and_know_the_past_only():
    residual = np.random.default_rng(0).normal(size=300) * np.linspace(0, 2, 300)
    for span, found in zip((20, 80, 400), levels.levels(residual), strict=True):
        level, keep = 1e-3, math.exp(-1 / span)
        for r, value in zip(residual, found, strict=True):
            assert value == np.float64(level) or math.isclose(value, level, rel_tol=1e-12)
            level = keep * level + (1 - keep) * (r * r + 1e-6)


def test_components_are_gaussians_of_every_level_and_factor():
    residual = np.random.default_rng(1).normal(size=50)
    scales = [f * np.sqrt(v) + 2e-4 for v in levels.levels(residual) for f in (0.35, 0.7, 1.4, 3.0)]
    found = [*levels.log_gaussians(residual)]
    assert len(found) == len(scales) == levels.COMPONENTS
    np.testing.assert_allclose(found, norm.logpdf(residual, 0, scales), rtol=1e-12)


def test_silence_falls_to_the_floor_and_sound_does_not():
    residual = np.concatenate([np.random.default_rng(2).normal(size=100), np.zeros(600)])
    floor = levels.at_floor(residual)
    assert not floor[:120].any()
    assert floor[-200:].all()
