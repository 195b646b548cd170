"""Sampling follows the model's own densities, frame by frame."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kept import kept

import swn_jax
from swn_jax.dists.likelihood import gaussian, linear_prediction
from swn_jax.errors import SwnError
from swn_jax.sampling import Temperature, after, block, replay, start
from swn_jax.types import Batch

FRAME, ROWS = 3, 2
SIZES = {
    "swavenet": dict(layers=3, width=8, latent=2), "wavenet": dict(layers=3, width=8), "lstm": dict(width=6, cells=7),
    "vrnn": dict(depth=1, width=6, cells=7, latent=2), "srnn": dict(width=6, cells=7, latent=2),
}  # fmt: skip
GAUSSIAN, WITH_MEMORY = gaussian(), linear_prediction(7)  # which reads three frames before its own
DENSITIES = pytest.mark.parametrize("density", [GAUSSIAN, WITH_MEMORY], ids=["gaussian", "memory"])


@kept
def made(name="swavenet", density=GAUSSIAN):
    model = swn_jax.build(name, FRAME, likelihood=density, **SIZES[name])

    @jax.jit
    def variables():
        """Away from the start near zero, so that every part of the model matters."""
        moved = lambda a: a + 0.3 * jax.random.normal(jax.random.key(a.size), a.shape)  # noqa: E731
        return jax.tree.map(moved, model.init(jax.random.key(0)))

    return model, variables()


def some(frames, rows=ROWS, seed=5):
    x = jax.random.normal(jax.random.key(seed), (rows, frames, FRAME))
    return Batch(x, jnp.ones((rows, frames)), jnp.full((rows, FRAME), 0.1))


def test_a_key_fixes_the_samples():
    model, variables = made()
    draw = jax.jit(lambda key: swn_jax.generate(model, variables, key, 6, before=jnp.zeros((2, FRAME))))
    a, b, c = draw(jax.random.key(1)), draw(jax.random.key(1)), draw(jax.random.key(2))
    assert a.shape == (2, 6, FRAME)
    np.testing.assert_array_equal(a, b)
    assert not np.allclose(a, c)
    assert not np.allclose(a[0], a[1])


@DENSITIES
def test_without_any_noise_samples_are_the_means_of_the_parallel_run(density):
    model, variables = made("swavenet", density)
    before = jnp.full((2, FRAME), 0.5)
    x = swn_jax.generate(model, variables, jax.random.key(0), 9, before=before, temperature=Temperature(0.0, 0.0))
    batch = Batch(x, jnp.ones((2, 9)), before)
    at = lambda x: model.terms(variables, batch._replace(x=x), jnp.zeros((2, 9, 6)), infer=False)[0].log_px.sum()  # noqa: E731
    # the density of each frame given the ones before is highest at its mean: the last frame's gradient is zero, but
    # for the rounding of numbers of order 1, against what a tenth from the mean gives
    away = np.abs(jax.grad(at)(x + 0.1)[:, -1]).max()
    assert away > 1e-2
    np.testing.assert_allclose(jax.grad(at)(x)[:, -1] / away, 0.0, atol=1e-3)


def test_first_frames_have_the_moments_of_the_model():
    model, variables = made()
    draws = 4000
    still = Temperature(z=0.0)
    x = swn_jax.generate(model, variables, jax.random.key(3), 1, before=jnp.zeros((draws, FRAME)), temperature=still)
    _, params = model.step(variables, model.carry(jnp.zeros((1, FRAME))), jnp.zeros((1, FRAME)), jnp.zeros((1, 6)))
    mean, log_scale = np.split(np.asarray(params[0]), 2)
    np.testing.assert_allclose(x[:, 0].mean(0), mean, atol=5 * np.exp(log_scale.max()) / draws**0.5)
    np.testing.assert_allclose(np.log(x[:, 0].std(0)), log_scale, atol=0.06)


@pytest.mark.parametrize("temperature", [Temperature(0.0, 1.0), Temperature(1.0, 0.0)], ids=["z only", "x only"])
def test_each_temperature_acts_on_its_own_noise(temperature):
    model, variables = made()
    draw = functools.partial(swn_jax.generate, model, variables, frames=4, before=jnp.zeros((1, FRAME)))
    draw = jax.jit(functools.partial(draw, temperature=temperature))
    assert not np.allclose(draw(jax.random.key(0)), draw(jax.random.key(1)))


@DENSITIES
def test_many_blocks_are_one_block(density):
    model, variables = made("swavenet", density)
    state = start(model, jnp.zeros((ROWS, FRAME)))
    key = jax.random.key(4)
    parts = itertools.islice(swn_jax.stream(model, variables, key, state, frames=3), 4)
    whole = jax.jit(functools.partial(block, model, frames=12))(variables, key, state)[1]
    np.testing.assert_array_equal(np.concatenate(list(parts), axis=1), whole)


def stepped(model, variables, batch, noise):
    """The state after a batch, frame by frame."""
    carry = model.carry(batch.before)
    inputs = jnp.concatenate([batch.before[:, None], batch.x[:, :-1]], axis=1)
    for u, e in zip(inputs.swapaxes(0, 1), noise.swapaxes(0, 1), strict=True):
        carry, _ = model.step(variables, carry, u, e)
    return carry


@pytest.mark.parametrize("name", ["swavenet", pytest.param("vrnn", marks=pytest.mark.slow)])
def test_a_continuation_starts_where_its_prefix_ends(name):
    """Without temperature in z the carry is that of the posterior's means, whatever the key."""
    model, variables = made(name)
    batch = some(7)
    state = after(model, variables, jax.random.key(0), batch.x, before=batch.before, temperature=Temperature(z=0.0))
    e = model.trace(variables, batch, jnp.zeros((ROWS, 7, sum(model.latents)))).noise
    by_hand = stepped(model, variables, batch, e)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5), state.carry, by_hand)
    np.testing.assert_array_equal(state.past, batch.x[:, -1:])
    key = jax.random.key(1)
    x = swn_jax.continue_(model, variables, key, batch.x, 5, before=batch.before, temperature=Temperature(1.0, 0.0))
    assert x.shape == (ROWS, 5, FRAME)
    same = block(model, variables, key, state._replace(carry=by_hand), 5, Temperature(1.0, 0.0))[1]
    np.testing.assert_allclose(x, same, rtol=1e-3, atol=1e-4)


@DENSITIES
def test_a_deterministic_model_continues_its_own_samples_as_if_it_had_never_stopped(density):
    """Without noise the frames after a prefix of its own are those of the unbroken run."""
    model, variables = made("lstm", density)
    before, still, key = jnp.full((ROWS, FRAME), 0.3), Temperature(0.0, 0.0), jax.random.key(0)
    whole = swn_jax.generate(model, variables, key, 9, before=before, temperature=still)
    rest = swn_jax.continue_(model, variables, key, whole[:, :5], 4, before=before, temperature=still)
    np.testing.assert_allclose(rest, whole[:, 5:], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", SIZES)
def test_nothing_is_a_sequence_too(name):
    """After no frames a continuation is a new sequence; of no frames there are no terms, and their bound is 0."""
    model, variables = made(name)
    key, before = jax.random.key(1), jnp.full((ROWS, FRAME), 0.3)

    @jax.jit
    def both(before):
        empty = Batch(jnp.zeros((ROWS, 0, FRAME)), jnp.ones((ROWS, 0)), before)
        rest = swn_jax.continue_(model, variables, key, empty.x, 3, before=before)
        terms, _ = model.terms(variables, empty, jnp.zeros((ROWS, 0, sum(model.latents))))
        again = swn_jax.reconstruct(model, variables, key, empty)
        none = swn_jax.generate(model, variables, key, 0, before=before)
        return rest, swn_jax.generate(model, variables, key, 3, before=before), terms, again, none

    rest, new, terms, again, none = both(before)
    np.testing.assert_array_equal(rest, new)
    assert terms.kl.shape == (ROWS, 0, sum(model.latents))
    np.testing.assert_array_equal(swn_jax.elbo(terms, jnp.ones((ROWS, 0))), 0.0)
    assert again.shape == none.shape == (ROWS, 0, FRAME)


@DENSITIES
def test_a_density_with_a_memory_continues_nothing_as_it_begins(density):
    model, variables = made("lstm", density)
    key, before = jax.random.key(1), jnp.full((ROWS, FRAME), 0.3)
    rest = swn_jax.continue_(model, variables, key, jnp.zeros((ROWS, 0, FRAME)), 3, before=before)
    np.testing.assert_allclose(rest, swn_jax.generate(model, variables, key, 3, before=before), rtol=1e-6)


@pytest.mark.parametrize("name", ["swavenet", pytest.param("srnn", marks=pytest.mark.slow), "wavenet"])
def test_reconstructions_are_the_means_under_the_posterior(name):
    """The density of each frame, given its z and the frames before, is highest there: its gradient is zero."""
    model, variables = made(name)
    batch, key, still = some(6), jax.random.key(2), Temperature(z=0.0)
    mean = swn_jax.reconstruct(model, variables, key, batch, temperature=still)
    params = model.trace(variables, batch, jnp.zeros((ROWS, 6, sum(model.latents)))).params
    slope = jax.grad(lambda x: model.likelihood.log_prob({}, params, x, batch.x).sum())
    np.testing.assert_allclose(slope(mean), 0.0, atol=1e-4)
    assert np.abs(slope(mean + 0.1)).max() > 1e-2
    drawn = swn_jax.reconstruct(model, variables, key, batch, draw=True, temperature=still)
    z = (drawn - mean) / jnp.exp(jnp.split(params, 2, -1)[1])
    assert 0.5 < np.asarray(z).std() < 1.6


def test_reconstructions_are_given_the_real_frames_that_their_density_remembers():
    model, variables = made("swavenet", WITH_MEMORY)
    batch, key, still = some(5), jax.random.key(2), Temperature(z=0.0)
    mean = swn_jax.reconstruct(model, variables, key, batch, temperature=still)
    drawn = swn_jax.reconstruct(model, variables, key, batch, draw=True, temperature=still)
    params = model.trace(variables, batch, jnp.zeros((ROWS, 5, 6))).params
    given = jnp.concatenate([jnp.zeros((ROWS, 2, FRAME)), batch.before[:, None], batch.x], axis=1)
    for t in range(5):
        by_hand = model.likelihood.mean({}, params[:, t], given[:, t : t + 3])
        np.testing.assert_allclose(mean[:, t], by_hand, rtol=1e-4, atol=1e-5)
    assert not np.allclose(drawn, mean)


@DENSITIES
def test_interpolation_runs_from_one_sequence_to_the_other(density):
    """At its ends is what the latent variables of each alone lead to; the other way round it is the same."""
    model, variables = made("swavenet", density)
    a, b = some(8, seed=1), some(8, seed=2)._replace(before=jnp.full((ROWS, FRAME), -0.4))
    run = functools.partial(swn_jax.interpolate, model, variables, jax.random.key(0), temperature=Temperature(z=0.0))
    between = run(a, b, jnp.array([0.0, 0.5, 1.0]))
    assert between.shape == (3, ROWS, 8, FRAME)
    for w, batch in ((0, a), (2, b)):
        e = model.trace(variables, batch, jnp.zeros((ROWS, 8, 6))).noise
        np.testing.assert_allclose(between[w], replay(model, variables, e, before=batch.before), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(between[::-1], run(b, a, jnp.array([0.0, 0.5, 1.0])), rtol=1e-4, atol=1e-5)
    assert not np.allclose(between[0], between[1])


def test_replayed_noise_of_a_trace_makes_the_sequence_again_where_x_is_certain():
    """A sequence that was made of z alone comes back from its own noise."""
    model, variables = made()
    e = jax.random.normal(jax.random.key(7), (ROWS, 6, 6))
    before = jnp.zeros((ROWS, FRAME))
    x = replay(model, variables, e, before=before)
    trace = model.trace(variables, Batch(x, jnp.ones((ROWS, 6)), before), e, infer=False)
    np.testing.assert_array_equal(trace.noise, e)
    np.testing.assert_allclose(model.likelihood.mean({}, trace.params, x[:, :, None]), x, rtol=1e-4, atol=1e-5)


def test_models_without_latent_variables_have_nothing_to_interpolate():
    model, variables = made("wavenet")
    with pytest.raises(SwnError, match="without latent variables: nothing to interpolate"):
        swn_jax.interpolate(model, variables, jax.random.key(0), some(3), some(3), jnp.zeros(1))
