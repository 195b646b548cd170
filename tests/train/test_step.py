"""One update: the same on one device and on several, left out when it is not finite, told in numbers."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from kept import kept

from swn_jax import anneal
from swn_jax.models import build
from swn_jax.objective import elbo
from swn_jax.train.input_noise import white
from swn_jax.train.noise import noise_of
from swn_jax.train.state import TrainState, init_state, variables_of
from swn_jax.train.step import ACTIVE, make_train_step
from swn_jax.types import Batch

ROWS, FRAMES, FRAME, SHARDS = 8, 6, 2, 4
LENGTHS = np.array([6, 6, 1, 2, 5, 1, 1, 3])  # 12, 3, 6 and 4 real frames by shard
RATE, ANNEAL_STEPS, SEED = 0.5, 4, 0
SCHEDULE = anneal.cosine(ANNEAL_STEPS, start=0.1)


@kept
def batch() -> Batch:
    rng = np.random.default_rng(0)
    mask = (np.arange(FRAMES) < LENGTHS[:, None]).astype(np.float32)
    x = rng.normal(size=(ROWS, FRAMES, FRAME)).astype(np.float32) * np.linspace(0.5, 3, ROWS)[:, None, None]
    return Batch(*(jnp.asarray(a, jnp.float32) for a in (x, mask, rng.normal(size=(ROWS, FRAME)))))


@kept
def model_of(norm: str):
    return build("swavenet", FRAME, layers=2, stochastic=1, width=4, latent=3, norm=norm)


@kept
def start(norm: str) -> TrainState:
    """A state a little away from the first: its heads do not vanish."""
    model = model_of(norm)
    state = init_state(model, optax.sgd(RATE), SCHEDULE, SEED)
    rng = np.random.default_rng(1)
    params = jax.tree.map(lambda a: a + jnp.asarray(0.2 * rng.normal(size=a.shape), jnp.float32), state.params)
    return state._replace(params=params)


@kept
def step_of(norm: str):
    return jax.jit(make_train_step(model_of(norm), optax.sgd(RATE), SCHEDULE))


@kept
def stepped(norm: str):
    return step_of(norm)(start(norm), batch())


def shards(batch: Batch) -> Batch:
    return jax.tree.map(lambda a: a.reshape(SHARDS, ROWS // SHARDS, *a.shape[1:]), batch)


def assert_same_update(got, expected):
    (state, metrics), (state_1, metrics_1) = got, expected
    named = jax.tree_util.tree_leaves_with_path((state.params, state.extra, metrics))
    for (path, a), b in zip(named, jax.tree.leaves((state_1.params, state_1.extra, metrics_1)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-6, err_msg=jax.tree_util.keystr(path))


@pytest.mark.parametrize("norm", ["layer", "batch"])
def test_shards_of_unequal_weight_give_the_whole_update(norm):
    """Plain SGD, whose step shows the size of a gradient; Adam would hide a wrong factor."""
    step = make_train_step(model_of(norm), optax.sgd(RATE), SCHEDULE, axis="data")
    mapped = jax.jit(jax.vmap(step, in_axes=(None, 0), out_axes=(None, None), axis_name="data"))
    assert_same_update(mapped(start(norm), shards(batch())), stepped(norm))


@pytest.mark.parametrize("norm", ["layer", "batch"])
def test_four_devices_give_the_whole_update(norm):
    step = make_train_step(model_of(norm), optax.sgd(RATE), SCHEDULE, axis="data")
    devices = jax.local_devices(backend="cpu")[:SHARDS]
    mapped = jax.pmap(step, axis_name="data", in_axes=(None, 0), out_axes=(None, None), devices=devices)
    assert_same_update(mapped(start(norm), shards(batch())), stepped(norm))


def bound_of(norm: str, params, beta: float):
    """The bound a frame, by the parts that the step is made of."""
    state = start(norm)
    noise = noise_of(state.key, state.step, jnp.arange(ROWS), FRAMES, 3)
    terms, _ = model_of(norm).terms({"params": params, **state.extra}, batch(), noise, train=True)
    return elbo(terms, batch().mask, beta).sum() / LENGTHS.sum(), terms


def test_the_update_descends_on_the_bound_a_frame():
    params = start("layer").params.tree()
    grads = jax.jit(jax.grad(lambda params: -bound_of("layer", params, 0.1)[0]))(params)
    state, metrics = stepped("layer")
    moved = jax.tree.map(lambda p, g: p - RATE * g, params, grads)
    for a, b in zip(jax.tree.leaves(state.params.tree()), jax.tree.leaves(moved), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(metrics["grad_norm"], optax.tree.norm(grads), rtol=1e-4)
    assert metrics["grad_norm"] > 0.1


def test_the_metrics_are_means_over_real_frames():
    metrics = stepped("layer")[1]
    terms = jax.jit(lambda params: bound_of("layer", params, 1.0)[1])(start("layer").params.tree())
    real = np.asarray(batch().mask) > 0
    log_px, kl = np.asarray(terms.log_px)[real].mean(), np.asarray(terms.kl)[real].mean(0)
    np.testing.assert_allclose(metrics["log_px"], log_px, rtol=1e-4)
    np.testing.assert_allclose(metrics["kl"], kl.sum(), rtol=1e-4)
    np.testing.assert_allclose(metrics["kl_by_layer"], [kl.sum()], rtol=1e-4)
    np.testing.assert_allclose(metrics["elbo"], log_px - kl.sum(), rtol=1e-4)
    np.testing.assert_allclose(metrics["loss"], 0.1 * kl.sum() - log_px, rtol=1e-4)
    np.testing.assert_allclose(metrics["beta"], 0.1, rtol=1e-5)
    assert metrics["active"].tolist() == [(kl > ACTIVE).sum()]
    assert metrics["at_floor"] == 0


def test_active_numbers_are_counted_by_layer():
    """Two of six latent numbers above the threshold, as a step sees them."""
    model = build("swavenet", FRAME, layers=2, width=4, latent=3)
    kl = jnp.array([0.5, 0.0, 0.0, 0.011, 0.009, 0.0])

    def terms(variables, batch, noise, **_):
        base, _ = model.terms(variables, batch, noise)
        return base._replace(
            kl=jnp.broadcast_to(kl, base.kl.shape), at_floor=base.at_floor | (batch.mask.cumsum(1) == 1)
        ), {}

    fake = model._replace(terms=terms)
    state = init_state(fake, optax.sgd(0.0), SCHEDULE, SEED)
    metrics = jax.jit(make_train_step(fake, optax.sgd(0.0), SCHEDULE))(state, batch())[1]
    assert metrics["active"].tolist() == [1, 1]
    np.testing.assert_allclose(metrics["kl_by_layer"], [0.5, 0.02], rtol=1e-4)
    np.testing.assert_allclose(metrics["at_floor"], ROWS / LENGTHS.sum(), rtol=1e-5)


def test_state_counts_steps_and_carries_the_weight():
    state, seen = start("layer"), []
    key = jax.random.key_data(state.key)
    for n in range(ANNEAL_STEPS + 2):
        assert state.step == n
        state, metrics = step_of("layer")(state, batch())
        seen.append(float(metrics["beta"]))
    alpha = np.pi / 2 * np.minimum(np.arange(ANNEAL_STEPS + 2) / ANNEAL_STEPS, 1)
    np.testing.assert_allclose(seen, 1 - 0.9 * np.cos(alpha), atol=1e-6)
    np.testing.assert_array_equal(jax.random.key_data(state.key), key)


@pytest.mark.parametrize("norm", ["layer", "batch"])
def test_an_update_that_is_not_finite_is_left_out(norm):
    broken = batch()._replace(x=batch().x.at[3, 0, 0].set(jnp.nan))
    good = stepped(norm)[0]
    first, metrics = step_of(norm)(good, broken)
    second, _ = step_of(norm)(first, broken)
    for state in (first, second):
        kept, was = ((s.params, s.extra, s.opt) for s in (state, good))
        jax.tree.map(np.testing.assert_array_equal, kept, was)
    assert not np.isfinite(metrics["loss"])
    assert [(s.skipped, s.in_a_row, s.step) for s in (good, first, second)] == [(0, 0, 1), (1, 1, 2), (2, 2, 3)]
    assert first.anneal.taken == good.anneal.taken + 1
    assert (metrics["skipped"], metrics["in_a_row"]) == (1, 1)
    again, _ = step_of(norm)(second, batch())
    assert (again.skipped, again.in_a_row) == (2, 0)
    moved = [(a != b).any() for a, b in zip(*map(jax.tree.leaves, (again.params, second.params)), strict=True)]
    assert any(moved)


def test_an_overflow_of_the_gradient_is_left_out():
    """A loss may be finite where its gradient is not."""
    model = model_of("layer")

    def terms(variables, batch, noise, **_):
        base, extra = model.terms(variables, batch, noise)
        cost = jnp.sqrt(jax.tree.leaves(variables["params"])[0].ravel()[0] * 0)  # 0, with a slope of infinity
        return base._replace(log_px=base.log_px + cost), extra

    step = jax.jit(make_train_step(model._replace(terms=terms), optax.sgd(RATE), SCHEDULE))
    state, metrics = step(start("layer"), batch())
    assert np.isfinite(metrics["loss"])
    assert state.skipped == 1
    jax.tree.map(np.testing.assert_array_equal, state.params, start("layer").params)


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_further_costs_enter_the_loss_by_their_weight(weight):
    model = model_of("layer")

    def terms(variables, batch, noise, **_):
        base, extra = model.terms(variables, batch, noise)
        return base._replace(aux=jnp.stack([2 * jnp.ones_like(base.log_px), jnp.ones_like(base.log_px)], -1)), extra

    step = jax.jit(make_train_step(model._replace(terms=terms), optax.sgd(RATE), SCHEDULE, aux_weight=weight))
    _, metrics = step(start("layer"), batch())
    found = float(metrics["loss"] - stepped("layer")[1]["loss"])
    assert found == pytest.approx(3 * weight, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("input_noise", [None, functools.partial(white, deviation=0.1)], ids=["none", "white"])
def test_a_model_reads_noise_where_it_is_asked_for(input_noise):
    model, seen = model_of("layer"), []

    def terms(variables, batch, noise, **given):
        seen.append(given["read"])
        return model.terms(variables, batch, noise, **given)

    step = make_train_step(model._replace(terms=terms), optax.sgd(RATE), SCHEDULE, input_noise=input_noise)
    with jax.disable_jit():
        step(start("layer"), batch())
    if not input_noise:
        assert seen == [None]
    else:
        expected = input_noise(start("layer").key, start("layer").step, jnp.arange(ROWS), batch().x)
        np.testing.assert_allclose(seen[0], expected, rtol=1e-5)


def test_a_state_starts_at_zero_with_buffers_of_its_own():
    model = model_of("batch")
    state = init_state(model, optax.sgd(RATE), SCHEDULE, SEED)
    assert [int(state.step), int(state.skipped), int(state.in_a_row)] == [0, 0, 0]
    assert set(state.extra) == {"batch_stats"}
    assert jax.tree.structure(variables_of(state)) == jax.tree.structure(jax.eval_shape(model.init, jax.random.key(0)))
    buffers = [leaf.unsafe_buffer_pointer() for leaf in (state.step, state.skipped, state.in_a_row, state.anneal.taken)]
    assert len(set(buffers)) == 4
    other = init_state(model, optax.sgd(RATE), SCHEDULE, SEED + 1)
    assert (jax.random.key_data(other.key) != jax.random.key_data(state.key)).any()
    pairs = zip(*map(jax.tree.leaves, (state.params, other.params)), strict=True)
    assert any((a != b).any() for a, b in pairs)
