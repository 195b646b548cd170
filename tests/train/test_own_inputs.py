"""A model that reads its own draws in training: which frames, from which density, and what stays clean."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from daily import daily

import swn_jax
from swn_jax.anneal import constant
from swn_jax.dists.likelihood import likelihood
from swn_jax.train.optim import adam, cosine_rate
from swn_jax.train.own_inputs import OwnInputs, with_own
from swn_jax.train.state import init_state
from swn_jax.train.step import make_train_step
from swn_jax.types import Batch

B, T, D = 6, 20, 8
MODEL = swn_jax.build("swavenet", D, layers=2, width=8, latent=2)
VARIABLES = MODEL.init(jax.random.key(0))
X = jax.random.normal(jax.random.key(1), (B, T, D))
BATCH = Batch(X, jnp.ones((B, T)), jnp.zeros((B, D)))
KEY = jax.random.key(2)


@functools.partial(jax.jit, static_argnames=("own", "model"))
def read(own, step, rows=None, batch=BATCH, variables=VARIABLES, model=MODEL):
    rows = jnp.arange(len(batch.x)) if rows is None else rows
    return with_own(own, model, variables, KEY, jnp.asarray(step), rows, batch, batch.x)


def drawn(found, x=X):
    return (np.asarray(found) != np.asarray(x)).any(-1)


def test_the_share_grows_to_what_was_asked_for():
    assert not drawn(read(OwnInputs(0.5, 10), 0)).any()
    half = np.mean([drawn(read(OwnInputs(0.5, 100), 49 + s)).mean() for s in range(4)])
    np.testing.assert_allclose(half, 0.25, atol=0.06)
    assert (drawn(read(OwnInputs(0.5, 10), 10)).sum(1) == T // 2).all()
    assert drawn(read(OwnInputs(1.0, 10), 99)).all()
    assert drawn(read(OwnInputs(1.0, 0), 0)).all()


def test_draws_belong_to_the_row_and_change_with_the_step():
    own = OwnInputs(0.5, 1)
    whole, rows = read(own, 7), jnp.array([3, 4])
    part = read(own, 7, rows, jax.tree.map(lambda a: a[3:5], BATCH))
    np.testing.assert_allclose(part, whole[3:5], rtol=1e-5, atol=1e-5)
    assert (drawn(whole) != drawn(read(own, 8))).any()
    assert (drawn(whole)[0] != drawn(whole)[1]).any()


def test_draws_follow_the_density_given_the_true_past():
    """A density without latent variables whose mean is half the frame before: the draws scatter around that."""
    model = swn_jax.build("wavenet", 4, layers=1, width=4)
    variables = model.init(jax.random.key(0))
    x = jax.random.normal(jax.random.key(3), (2000, 3, 4))
    batch = Batch(x, jnp.ones(x.shape[:2]), jnp.zeros((2000, 4)))
    params = model.trace(variables, batch, jnp.zeros((2000, 3, 0))).params
    mean = model.likelihood.mean({}, params, x[:, :, None])
    z = (np.asarray(read(OwnInputs(1.0, 0), 0, batch=batch, variables=variables, model=model)) - mean).reshape(-1)
    spread = np.asarray(model.likelihood.sample({}, KEY, params, x[:, :, None]) - mean).reshape(-1)
    np.testing.assert_allclose(z.mean(), 0.0, atol=0.03)
    np.testing.assert_allclose(z.std(), spread.std(), rtol=0.03)


def step_of(own, density="gaussian"):
    model = swn_jax.build("swavenet", 40, layers=2, width=8, latent=2, likelihood=likelihood(density))
    tx, anneal = adam(cosine_rate(1e-3, 100), 0.0), constant()
    state = init_state(model, tx, anneal, 0)
    x = jax.random.normal(jax.random.key(4), (2, 5, 40))
    return jax.jit(make_train_step(model, tx, anneal, own_inputs=own))(state, Batch(x, jnp.ones((2, 5)), x[:, 0]))


@pytest.mark.parametrize("density", daily(["gaussian", "linear_prediction"], "gaussian"))
def test_a_step_with_own_frames_differs_and_is_finite(density):
    without, with_none, with_all = (step_of(own, density) for own in (None, OwnInputs(1.0, 100), OwnInputs(1.0, 0)))
    np.testing.assert_allclose(with_none[1]["loss"], without[1]["loss"], rtol=1e-5)  # at step 0 the share is 0
    assert not np.allclose(with_all[1]["loss"], without[1]["loss"], rtol=1e-5)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(with_all[0].params))


def test_no_gradient_goes_into_the_draws():
    def total(params):
        return with_own(
            OwnInputs(1.0, 0), MODEL, {"params": params}, KEY, jnp.asarray(0), jnp.arange(B), BATCH, X
        ).sum()

    assert not any(np.asarray(leaf).any() for leaf in jax.tree.leaves(jax.grad(total)(VARIABLES["params"])))
