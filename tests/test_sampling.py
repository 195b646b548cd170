"""Sampling follows the model's own densities, frame by frame."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import swn_jax
from swn_jax.types import Batch

FRAME = 3


@pytest.fixture(scope="module")
def made():
    model = swn_jax.build("swavenet", FRAME, layers=3, width=8, latent=2)
    batch = Batch(jnp.zeros((1, 1, FRAME)), jnp.ones((1, 1)), jnp.zeros((1, FRAME)))
    variables = model.init(jax.random.key(0), batch)
    # away from the start near zero, so that every part of the model matters
    variables = jax.tree.map(lambda a: a + 0.3 * jax.random.normal(jax.random.key(a.size), a.shape), variables)
    return model, variables


def test_a_key_fixes_the_samples(made):
    draw = jax.jit(lambda key: swn_jax.generate(*made, key, 6, before=jnp.zeros((2, FRAME))))
    a, b, c = draw(jax.random.key(1)), draw(jax.random.key(1)), draw(jax.random.key(2))
    assert a.shape == (2, 6, FRAME)
    np.testing.assert_array_equal(a, b)
    assert not np.allclose(a, c)
    assert not np.allclose(a[0], a[1])


def test_without_any_noise_samples_are_the_means_of_the_parallel_run(made):
    model, variables = made
    before = jnp.full((2, FRAME), 0.5)
    x = swn_jax.generate(model, variables, jax.random.key(0), 9, before=before, temperature=0.0, temperature_z=0.0)
    batch = Batch(x, jnp.ones((2, 9)), before)
    at = lambda x: model.terms(variables, batch._replace(x=x), jnp.zeros((2, 9, 6)), infer=False)[0].log_px.sum()  # noqa: E731
    # the density of each frame given the ones before is highest at its mean: the last frame's gradient is zero
    np.testing.assert_allclose(jax.grad(at)(x)[:, -1], 0.0, atol=1e-4)
    assert np.abs(jax.grad(at)(x + 0.1)[:, -1]).max() > 1e-2


def test_first_frames_have_the_moments_of_the_model(made):
    model, variables = made
    draws = 4000
    x = swn_jax.generate(model, variables, jax.random.key(3), 1, before=jnp.zeros((draws, FRAME)), temperature_z=0.0)
    _, params = model.step(variables, model.carry(1), jnp.zeros((1, FRAME)), jnp.zeros((1, 6)))
    mean, log_scale = np.split(np.asarray(params[0]), 2)
    np.testing.assert_allclose(x[:, 0].mean(0), mean, atol=5 * np.exp(log_scale.max()) / draws**0.5)
    np.testing.assert_allclose(np.log(x[:, 0].std(0)), log_scale, atol=0.06)
