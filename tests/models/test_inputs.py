"""Models that read features: the network is that of wide frames, the density that of the true ones."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from daily import daily

import swn_jax
from swn_jax.density import Likelihood
from swn_jax.errors import SwnError
from swn_jax.models import build, fields_of
from swn_jax.ops.features import features
from swn_jax.ops.time import frames_before
from swn_jax.types import Batch

FRAME, ROWS, FRAMES, READ = 20, 2, 6, 20 + 1 + 10
SIZES = dict(layers=2, width=6, latent=2)
NOISE = jax.random.normal(jax.random.key(3), (ROWS, FRAMES, 4))


def moved(model):
    """Variables away from the start near zero, so that every part of the model matters."""
    variables = jax.jit(model.init)(jax.random.key(0))
    return jax.tree.map(lambda a: a + 0.3 * jax.random.normal(jax.random.key(a.size), a.shape), variables)


def some():
    x = jax.random.normal(jax.random.key(5), (ROWS, FRAMES, FRAME))
    return Batch(x, jnp.ones((ROWS, FRAMES)), jnp.full((ROWS, FRAME), 0.1))


def remembering(calls):
    """A density with a weight per number, that reads three frames: it notes what it is given."""

    def log_prob(weights, params, x, past):
        calls.append((x.shape, past.shape))
        return params.sum(-1) * (weights["w"] * x).sum(-1) + past.sum((-1, -2))[..., None]

    def at_floor(weights, params, x, past):
        return x[..., 0] > params[..., 0]

    def mean(weights, params, past):
        return past.mean(-2) + weights["w"]

    def sample(weights, key, params, past, temperature=1.0):
        return mean(weights, params, past)

    def init(key, width):
        return {"w": jax.random.normal(key, (1, 1, width))}

    return Likelihood(lambda width: 2 * width + 1, log_prob, sample, at_floor, mean, init, lambda width: 3)


@pytest.mark.slow
def test_the_network_is_that_of_features_as_frames():
    model, batch = build("swavenet", FRAME, inputs="features", **SIZES), some()
    wide = build("swavenet", READ, likelihood=swn_jax.gaussian()._replace(size=lambda width: 2 * FRAME), **SIZES)
    variables = moved(model)
    read = Batch(features(batch.x), batch.mask, features(batch.before))
    jax.tree.map(np.testing.assert_array_equal, model.init(jax.random.key(7)), wide.init(jax.random.key(7)))
    ours, theirs = model.trace(variables, batch, NOISE), wide.trace(variables, read, NOISE)
    carry, past = ours.carry
    jax.tree.map(np.testing.assert_array_equal, ours._replace(carry=carry), theirs)
    assert past.shape == (ROWS, 0, FRAME)
    (carry, _), params = model.step(variables, ours.carry, batch.before, NOISE[:, 0])
    wanted = wide.step(variables, theirs.carry, read.before, NOISE[:, 0])
    jax.tree.map(np.testing.assert_array_equal, (carry, params), wanted)
    assert (model.frame, model.latents) == (FRAME, (2, 2))


def test_a_density_with_weights_and_memory_is_of_the_true_frames():
    calls: list = []
    likelihood, batch = remembering(calls), some()
    model = build("swavenet", FRAME, inputs="features", likelihood=likelihood, **SIZES)
    variables = moved(model)
    weights = variables["params"]["likelihood"]
    assert weights["w"].shape == (1, 1, FRAME)
    terms, _ = model.terms(variables, batch, NOISE)
    assert calls == [((ROWS, FRAMES, FRAME), (ROWS, 3, FRAME))]
    params = model.trace(variables, batch, NOISE).params
    given = weights, params, batch.x, frames_before(batch.before, 3)
    np.testing.assert_allclose(terms.log_px, likelihood.log_prob(*given), rtol=1e-5)
    np.testing.assert_array_equal(terms.at_floor, likelihood.at_floor(*given))
    assert model.likelihood is likelihood


def test_frames_are_read_as_they_are_by_default():
    for inputs in ({}, {"inputs": "frame"}):
        model = build("swavenet", FRAME, **inputs, **SIZES)
        kernel = jax.eval_shape(model.init, jax.random.key(0))["params"]["embed_u"]["kernel"]
        assert kernel.shape == (FRAME, 6)
    assert all(fields_of(name)["inputs"] == "frame" for name in swn_jax.MODELS)


def test_what_cannot_be_read_is_told():
    with pytest.raises(SwnError, match="no inputs 'feature': did you mean 'features'"):
        build("lstm", FRAME, inputs="feature")
    with pytest.raises(SwnError, match='found 3 numbers per frame, wanted 16 or more: take inputs="frame"'):
        build("lstm", 3, inputs="features")
    with pytest.raises(SwnError, match="no field of lstm 'inptus': did you mean 'inputs'"):
        build("lstm", FRAME, inptus="features")


@pytest.mark.parametrize("name", daily(["swavenet", "srnn"], "swavenet"))
def test_every_way_of_sampling(name):
    sizes = SIZES if name == "swavenet" else dict(width=6, cells=5, latent=4)
    model, batch, key = build(name, FRAME, inputs="features", **sizes), some(), jax.random.key(1)
    variables = moved(model)
    still = swn_jax.Temperature(0.0, 0.0)
    new = swn_jax.generate(model, variables, key, FRAMES, before=batch.before, temperature=still)

    def last(x):
        terms, _ = model.terms(variables, batch._replace(x=x), jnp.zeros_like(NOISE), infer=False)
        return terms.log_px[:, -1].sum()

    slope = jax.jit(jax.grad(last))
    np.testing.assert_allclose(slope(new)[:, -1], 0, atol=1e-4)  # it is the mean of its density
    assert np.abs(slope(new + 0.1)[:, -1]).max() > 1e-2
    after = swn_jax.continue_(model, variables, key, batch.x, 3, before=batch.before)
    between = swn_jax.interpolate(model, variables, key, batch, batch, jnp.array([0.0, 1.0]))
    again = swn_jax.reconstruct(model, variables, key, batch)
    assert (after.shape, between.shape, again.shape) == ((ROWS, 3, FRAME), (2, ROWS, FRAMES, FRAME), batch.x.shape)
    assert all(np.isfinite(each).all() for each in (after, between, again))
