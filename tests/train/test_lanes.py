"""The train step on consecutive windows: what a row goes on from, where it begins anew, and how rows are shared out."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from small import SIZES, made

from swn_jax.anneal import constant
from swn_jax.dists.likelihood import likelihood
from swn_jax.errors import SwnError
from swn_jax.train.flat import flatten
from swn_jax.train.lanes import COMMON, row_axes
from swn_jax.train.noise import noise_of
from swn_jax.train.own_inputs import OwnInputs
from swn_jax.train.state import init_state, variables_of
from swn_jax.train.step import make_train_step
from swn_jax.types import Batch

T, ALL = 3, 9  # frames of a window, and of the longest recording
LENGTHS = (9, 5, 3)  # of recordings: one for the first lane, two for the second
PLAN = ([(0, 0), (0, 3), (0, 6)], [(1, 0), (1, 3), (2, 0)])  # recording and start of each window, by lane


def recordings(model):
    """Whole recordings, zero-padded, with a condition where the model has one."""
    rng = np.random.default_rng(3)
    x, before = rng.normal(size=(3, ALL, model.frame)), rng.normal(size=(3, model.frame))
    mask = (np.arange(ALL) < np.array(LENGTHS)[:, None]).astype(np.float32)
    given = rng.normal(size=(3, model.condition)).astype(np.float32) if model.condition else None
    return Batch((x * mask[..., None]).astype(np.float32), mask, before.astype(np.float32), given)


def windows(model, ahead):
    """The batches of the two lanes, cut out by hand."""
    whole, memory = recordings(model), model.likelihood.memory(model.frame)
    first = np.zeros((3, memory - 1, model.frame), np.float32)
    known = np.concatenate([first, whole.before[:, None], whole.x, np.zeros_like(whole.x)], axis=1)
    mask = np.pad(whole.mask, ((0, 0), (0, ALL)))
    for number in range(3):
        at = [lane[number] for lane in PLAN]
        chosen = [r for r, _ in at]

        def part(a, start, length, at=at):
            return np.stack([a[r, s + start : s + start + length] for r, s in at])

        given = None if whole.condition is None else whole.condition[chosen]
        past, x = part(known, 0, memory), part(known, memory, T)
        following = Batch(part(known, memory + T, ahead), part(mask, T, ahead), x[:, -1], given) if ahead else None
        begins = np.array([start == 0 for _, start in at])
        yield Batch(x, part(mask, 0, T), past[:, -1], given, past=past, following=following, begins=begins)


def begun(model, variables, rate=0.0, **options):
    """A step of plain gradient descent, and the state of the first window."""
    tx, anneal = optax.sgd(rate), constant()
    state = init_state(model, tx, anneal, 0, lambda own: variables, lanes=2)
    return functools.partial(make_train_step, model, tx, anneal, **options), state


def check_terms(model, variables):
    make, state = begun(model, variables)
    step, whole = jax.jit(make(None)), jax.tree.map(jnp.asarray, recordings(model))
    noise = np.zeros((3, ALL, sum(model.latents)), np.float32)
    for number in range(3):
        own = noise_of(state.key, number, jnp.arange(2), T, sum(model.latents))
        for lane, plan in enumerate(PLAN):
            r, s = plan[number]
            noise[r, s : s + T] = own[lane]
    terms, _ = model.terms(variables, whole, jnp.asarray(noise), train=True)
    by_frame = {"log_px": np.asarray(terms.log_px), "kl": np.asarray(terms.kl.sum(-1))}
    for number, batch in enumerate(windows(model, ALL if model.lookahead is None else model.lookahead)):
        state, metrics = step(state, batch)
        for name, whole_terms in by_frame.items():
            here = ((lane[number], batch.mask[row]) for row, lane in enumerate(PLAN))
            total = sum((whole_terms[r, s : s + T] * mask).sum() for (r, s), mask in here)
            np.testing.assert_allclose(metrics[name], total / batch.mask.sum(), rtol=2e-5, atol=1e-5)


@pytest.mark.parametrize("name", SIZES)
def test_terms_of_carried_windows_are_those_of_the_whole(name):
    check_terms(*made(name))


@pytest.mark.parametrize("name", [pytest.param("swavenet", marks=pytest.mark.slow), "srnn"])
def test_and_with_a_condition_and_a_density_that_remembers(name):
    check_terms(*made(name, frame=20, condition=2, likelihood=likelihood("linear_prediction")))


@pytest.mark.parametrize("name", SIZES)
def test_rows_of_carries_are_found(name):
    model, _ = made(name)
    found, carry = row_axes(model), model.carry(jnp.zeros((7, model.frame)))
    for axis, leaf in zip(jax.tree.leaves(found), jax.tree.leaves(carry), strict=True):
        assert leaf.ndim == 0 if axis == COMMON else leaf.shape[axis] == 7


def test_gradients_end_where_a_window_begins():
    model, variables = made("vrnn")
    make, state = begun(model, variables, rate=1.0)
    first, second, _ = windows(model, 0)
    middle, _ = jax.jit(make(None))(state, first)
    after, _ = jax.jit(make(None))(middle, second)
    noises = [noise_of(state.key, number, jnp.arange(2), T, 2) for number in range(2)]

    def cost(params, carry):
        given = second._replace(begins=None, carry=carry)
        terms, _ = model.terms({"params": params}, given, noises[1], train=True)
        return -((terms.log_px - terms.kl.sum(-1)) * second.mask).sum() / second.mask.sum()

    def through_both(params):
        given = first._replace(begins=None, carry=model.carry(jnp.asarray(first.before)))
        terms, _ = model.terms({"params": params}, given, noises[0], train=True)
        return cost(params, terms.carry)

    params = variables_of(middle)["params"]
    moved = jax.tree.map(lambda a, b: np.asarray(a - b), middle.params, after.params)
    alone, both = flatten(jax.grad(cost)(params, middle.lanes)), flatten(jax.grad(through_both)(params))
    np.testing.assert_allclose(moved.matrices, alone.matrices, rtol=1e-3, atol=1e-5)
    assert not np.allclose(moved.matrices, both.matrices, rtol=1e-2, atol=1e-3)


def test_a_step_left_out_leaves_the_carries():
    model, variables = made("lstm")
    make, state = begun(model, variables, rate=1.0)
    first, second, _ = windows(model, 0)
    middle, _ = jax.jit(make(None))(state, first)
    after, metrics = jax.jit(make(None))(middle, second._replace(before=second.before * np.nan, x=second.x * np.nan))
    assert metrics["skipped"] == 1
    jax.tree.map(np.testing.assert_array_equal, middle.lanes, after.lanes)


def test_what_does_not_fit_is_refused():
    model, variables = made("lstm")
    make, state = begun(model, variables)
    batch = next(windows(model, 0))
    with pytest.raises(SwnError, match="a state without carries of lanes, wanted both or none: init_state"):
        make(None)(state._replace(lanes=None), batch)
    with pytest.raises(SwnError, match="a batch without begins=, but carries of lanes"):
        make(None)(state, batch._replace(begins=None))
    with pytest.raises(SwnError, match="a batch of 1 rows, wanted 2, as many as lanes"):
        make(None)(state, jax.tree.map(lambda a: a[:1], batch))
    own, state = begun(model, variables, own_inputs=OwnInputs(0.5, 0))
    with pytest.raises(SwnError, match="own inputs for windows that go on from others"):
        jax.jit(own(None))(state, batch)
