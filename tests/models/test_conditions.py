"""Models that are given a condition: what is refused, and what costs nothing where there is none."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kept import kept

import swn_jax
from swn_jax.dists.likelihood import source_filter
from swn_jax.dists.likelihood.weights import weights_of
from swn_jax.errors import SwnError
from swn_jax.sampling import Temperature, after, block

FRAME, ROWS, FRAMES, WIDTH = 3, 2, 5, 4
SIZES = dict(layers=2, width=6, latent=2)
KEY, STILL = jax.random.key(1), Temperature(0.0, 0.0)
NOISE = jnp.zeros((ROWS, FRAMES, 4))
GIVEN = jax.random.normal(jax.random.key(4), (ROWS, FRAMES, WIDTH))


@kept
def made(condition=WIDTH):
    model = swn_jax.build("swavenet", FRAME, condition=condition, **SIZES)
    variables = jax.jit(model.init)(jax.random.key(0))
    return model, jax.tree.map(lambda a: a + 0.3 * jax.random.normal(jax.random.key(a.size), a.shape), variables)


def some(condition=None):
    x = jax.random.normal(jax.random.key(5), (ROWS, FRAMES, FRAME))
    return swn_jax.Batch(x, jnp.ones((ROWS, FRAMES)), jnp.full((ROWS, FRAME), 0.1), condition)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (None, "condition: found none, wanted 4 numbers for each sequence or frame"),
        (GIVEN[..., :3], "condition: found shape [2, 5, 3], wanted [2, 5, 4] (B sequences, T frames, C numbers of the"),
        (GIVEN[:, 0, :3], "condition: found shape [2, 3], wanted [2, 4]"),
        (GIVEN[:, :4], "condition: found shape [2, 4, 4], wanted [2, 5, 4]"),
        (GIVEN[:1, 0], "condition: found shape [1, 4], wanted [2, 4]"),
    ],
)
def test_a_condition_of_another_shape_is_refused(condition, told):
    model, variables = made()
    for function in (model.terms, model.trace):
        with pytest.raises(SwnError) as error:
            jax.eval_shape(function, variables, some(condition), NOISE)
        assert str(error.value).startswith(told)


def test_a_condition_for_a_model_without_one_is_refused():
    model, variables = made(0)
    told = "condition: found one, and this model takes none: leave it out"
    with pytest.raises(SwnError, match=told):
        model.terms(variables, some(GIVEN), NOISE)
    with pytest.raises(SwnError, match=told):
        swn_jax.generate(model, variables, KEY, 2, before=jnp.zeros((ROWS, FRAME)), condition=GIVEN[:, 0])
    with pytest.raises(SwnError, match="condition=-1: wanted 0 or more"):
        made(-1)


def test_no_condition_is_the_model_of_before():
    assert swn_jax.build("swavenet", FRAME, condition=0, **SIZES) == swn_jax.build("swavenet", FRAME, **SIZES)
    assert made()[0].condition == WIDTH
    assert made(0)[0].condition == 0
    assert len(jax.tree.leaves(some())) == 3


SMALL = dict(order=2, gains=1, history=20, pitch=200, block=4, window=6, units=5, components=2)
TOLD = source_filter(**SMALL, period="told")


def test_what_a_density_is_told_goes_with_its_parameters():
    """By the parallel pass and step by step the last number of the condition, which the head does not emit."""
    model = swn_jax.build("swavenet", 8, condition=WIDTH, likelihood=TOLD, **SIZES)
    variables = jax.jit(model.init)(jax.random.key(0))
    given = jnp.clip(jnp.abs(GIVEN), 0.3, 1.9)  # periods within `pitch`
    batch = swn_jax.Batch(
        jax.random.normal(KEY, (ROWS, FRAMES, 8)), jnp.ones((ROWS, FRAMES)), jnp.ones((ROWS, 8)), given
    )
    trace = jax.jit(functools.partial(model.trace, infer=False))(variables, batch, NOISE)
    np.testing.assert_array_equal(trace.params[..., -1], given[..., -1])
    found = source_filter(**SMALL)
    assert trace.params.shape[-1] == TOLD.size(8) == found.size(8) + 1
    terms, _ = jax.jit(functools.partial(model.terms, infer=False))(variables, batch, NOISE)
    past = jnp.zeros((ROWS, TOLD.memory(8), 8)).at[:, -1].set(1.0)
    own = TOLD.log_prob(weights_of(variables), trace.params, batch.x, past)
    np.testing.assert_allclose(terms.log_px, own, rtol=1e-5)
    silent = TOLD.log_prob(weights_of(variables), trace.params.at[..., -1].set(0.0), batch.x, past)
    assert not np.isclose(own, silent, rtol=1e-5).any()
    other = swn_jax.build("swavenet", 8, condition=WIDTH, likelihood=found, **SIZES)
    sizes = [jax.tree.map(jnp.shape, jax.eval_shape(each.init, KEY)) for each in (model, other)]
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize(("condition", "period", "told"), [(0, "told", 1), ((5, 3), "told", 1), (1, "pulses", 2)])
def test_a_density_that_lacks_what_it_is_told_is_refused(condition, period, told):
    found = f"found condition=.*, and a density that is told the last {told} of its numbers: pass condition={told} or"
    with pytest.raises(SwnError, match=found):
        swn_jax.build("swavenet", 8, condition=condition, likelihood=source_filter(**SMALL, period=period), **SIZES)


def test_names_may_be_integers():
    """A one-hot vector counts as the numbers that it holds, whatever its type."""
    model, variables = made()
    one_hot = np.eye(WIDTH, dtype=np.int32)[[1, 3]]
    terms = jax.jit(model.terms)
    found = [terms(variables, some(c), NOISE)[0].log_px for c in (one_hot, one_hot.astype(bool), 1.0 * one_hot)]
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_samples_follow_the_condition():
    """Without noise each frame is the mean of its density given the condition: the gradient there is zero."""
    model, variables = made()
    before = some().before
    new = swn_jax.generate(model, variables, KEY, FRAMES, before=before, temperature=STILL, condition=GIVEN)

    def last(x):
        terms, _ = model.terms(variables, some(GIVEN)._replace(x=x), NOISE, infer=False)
        return terms.log_px[:, -1].sum()

    slope = jax.jit(jax.grad(last))
    np.testing.assert_allclose(slope(new)[:, -1], 0, atol=1e-4)
    assert np.abs(slope(new + 0.1)[:, -1]).max() > 1e-2
    of_sequence = swn_jax.generate(
        model, variables, KEY, FRAMES, before=before, temperature=STILL, condition=GIVEN[:, 0]
    )
    np.testing.assert_allclose(of_sequence[:, 0], new[:, 0], rtol=1e-5)
    assert (of_sequence[:, 1] != new[:, 1]).all()


def test_a_continuation_takes_the_condition_up_where_the_prefix_ends():
    model, variables = made()
    batch, given = some(), jnp.concatenate([GIVEN, GIVEN[:, ::-1]], axis=1)
    found = swn_jax.continue_(
        model, variables, KEY, batch.x, FRAMES, before=batch.before, temperature=STILL, condition=given
    )
    state = after(model, variables, KEY, batch.x, before=batch.before, temperature=STILL, condition=GIVEN)
    _, wanted = block(model, variables, KEY, state, FRAMES, STILL, GIVEN[:, ::-1])
    np.testing.assert_array_equal(found, wanted)


def test_between_two_conditions():
    """Half-way lies what is made from the mean of the two, at the ends the sequences' own."""
    model, variables = made()
    a, b = some(GIVEN[:, 0]), some(GIVEN[:, 1])
    ends = swn_jax.interpolate(model, variables, KEY, a, b, jnp.array([0.0, 1.0]), temperature=STILL)
    one = swn_jax.interpolate(model, variables, KEY, a, a, jnp.array([0.0]), temperature=STILL)
    np.testing.assert_allclose(ends[0], one[0], rtol=1e-5)
    assert (np.abs(ends[0] - ends[1]) > 1e-4).all()
    with pytest.raises(SwnError, match=r"b.condition: found shape \[2, 5, 4\], wanted \[2, 4\], that of a"):
        swn_jax.interpolate(model, variables, KEY, a, some(GIVEN), jnp.array([0.0]))
    within = a._replace(carry=model.carry(a.before))
    with pytest.raises(SwnError, match="found a stretch of a recording: an interpolation starts at its start"):
        swn_jax.interpolate(model, variables, KEY, a, within, jnp.array([0.0]))
