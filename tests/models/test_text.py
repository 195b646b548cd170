"""Models that write a given text: the window a second time in numpy, and what it makes of its arguments."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from contract import (
    CONDITIONED,
    a_broken_row_is_alone,
    a_split_batch_is_the_batch,
    a_trace_is_what_the_stepped_run_does_again,
    case,
    rig,
    stretches_are_the_whole,
    the_condition_is_read_from_its_frame_on,
    what_is_read_may_differ_from_what_is_scored,
)
from kept import kept

import swn_jax
from swn_jax.errors import SwnError
from swn_jax.models.text import over
from swn_jax.models.text_net import COMPONENTS, PACE

FRAME, ROWS, FRAMES, MOST, LETTERS = 2, 3, 7, 5, 4
TEXT = [[0, 1, 2, 3, 1], [2, 2, -1, -1, -1], [3, -1, -1, -1, -1]]

LSTM = case("lstm:text", functools.partial(swn_jax.build, "lstm"), None, condition=(MOST, 3), width=5, cells=6)
STORN = case(
    "storn:text", functools.partial(swn_jax.build, "storn"), None, condition=(2, 2), width=5, cells=6, latent=2
)
SRNN = case("srnn:text", functools.partial(swn_jax.build, "srnn"), None, condition=(2, 2), width=5, cells=6, latent=2)
MORE = [a_broken_row_is_alone, what_is_read_may_differ_from_what_is_scored, a_split_batch_is_the_batch]


@pytest.mark.parametrize("prop", [*CONDITIONED, *MORE], ids=lambda prop: prop.__name__)
def test_contract(prop):
    prop(rig(LSTM))


@pytest.mark.parametrize("prop", [a_trace_is_what_the_stepped_run_does_again, the_condition_is_read_from_its_frame_on,
                                  stretches_are_the_whole], ids=lambda prop: prop.__name__)  # fmt: skip
def test_contract_with_latent_variables(prop):
    prop(rig(STORN))


def test_a_posterior_that_looks_ahead_sees_the_window_beyond_a_stretch():
    stretches_are_the_whole(rig(SRNN))


def one_hot(codes):
    return (
        (np.array(codes)[..., None] == np.arange(LETTERS)).reshape(len(codes), -1).astype(np.float32)
    )  # as data have it


@kept
def made():
    model = swn_jax.build("lstm", FRAME, condition=(MOST, LETTERS), width=5, cells=6)
    variables = jax.jit(model.init)(jax.random.key(0))
    return model, jax.tree.map(lambda a: a + 0.3 * jax.random.normal(jax.random.key(a.size), a.shape), variables)


def some(text=TEXT):
    x = jax.random.normal(jax.random.key(5), (ROWS, FRAMES, FRAME))
    mask = (np.arange(FRAMES) < np.array([7, 4, 6])[:, None]).astype(np.float32)
    return swn_jax.Batch(x * mask[..., None], jnp.asarray(mask), jnp.full((ROWS, FRAME), 0.1), one_hot(text))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def by_hand(window, x, before, text):
    """Graves' equations 46 to 51 for one sequence, letter by letter, with an LSTM that sees the window before."""
    kernel, bias = window["cell"]["inputs"]["kernel"], window["cell"]["inputs"]["bias"]
    h = c = np.zeros(len(window["cell"]["recurrent"]) - LETTERS)
    kappa, w, u, found, phis = np.zeros(COMPONENTS), np.zeros(LETTERS), before, [], []
    for frame in x:
        gates = u @ kernel + bias + np.concatenate([h, w]) @ window["cell"]["recurrent"]
        i, f, g, o = np.split(gates, 4)
        c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        out = h @ window["head"]["kernel"] + window["head"]["bias"]
        alpha, beta = np.exp(out[:COMPONENTS]) / COMPONENTS, np.exp(out[COMPONENTS : 2 * COMPONENTS])
        kappa = kappa + PACE * np.exp(out[2 * COMPONENTS :])
        phi = [sum(alpha * np.exp(-beta * (kappa - place) ** 2)) for place in range(1, MOST + 1)]
        w = np.zeros(LETTERS)
        for weight, letter in zip(phi, text, strict=True):
            if letter >= 0:
                w[letter] += weight
        found, phis, u = [*found, w], [*phis, phi], frame
    return np.array(found), np.array(phis), kappa


def test_the_window_is_that_of_graves():
    given = made()[1], some()
    with jax.enable_x64(True):
        variables, batch = jax.tree.map(lambda a: np.asarray(a, np.float64), given)
        (_, kappa, _), (w, phi) = jax.jit(over, static_argnums=1)(variables, LETTERS, batch)
    for row, text in enumerate(TEXT):
        n = int(batch.mask[row].sum())
        wanted = by_hand(variables["params"]["window"], batch.x[row, :n], batch.before[row], text)
        for found, own in zip((w[row, :n], phi[row, :n], kappa[row]), wanted, strict=True):
            np.testing.assert_allclose(found, own, rtol=1e-10)
        assert w[row, :n].any()
    assert (np.diff(wanted[1], axis=0) != 0).all()  # it moves


def test_a_new_window_walks_at_the_pace_of_a_pen():
    model = made()[0]
    x = jax.random.normal(jax.random.key(1), (1, 100, FRAME))
    batch = swn_jax.Batch(x, jnp.ones((1, 100)), x[:, 0], one_hot(TEXT[:1]))
    new = jax.jit(model.init)(jax.random.key(2))
    (_, kappa, _), (w, phi) = jax.jit(over, static_argnums=1)(new, LETTERS, batch)
    np.testing.assert_allclose(kappa, 4, rtol=0.05)  # of letters, after as many frames as a pen takes for them
    assert phi[0, [20, 45, 70, 99]].argmax(-1).tolist() == [0, 1, 2, 3]
    assert 0.5 < np.abs(w).sum(-1).max() < 2


def test_another_letter_reaches_the_bound_and_one_after_the_text_does_not():
    """A text in more room is the same text."""
    model, variables = made()
    noise, terms = jnp.zeros((ROWS, FRAMES, 0)), jax.jit(model.terms)
    plain = terms(variables, some(), noise)[0].log_px
    other = terms(variables, some([[1, *TEXT[0][1:]], *TEXT[1:]]), noise)[0].log_px
    assert (plain[0] != other[0]).all()
    np.testing.assert_array_equal(plain[1:], other[1:])
    batch = some()
    roomy = batch._replace(condition=np.pad(batch.condition, ((0, 0), (0, MOST * LETTERS))))
    window = jax.jit(over, static_argnums=1)
    np.testing.assert_allclose(
        window(variables, LETTERS, roomy)[1][0], window(variables, LETTERS, batch)[1][0], rtol=1e-6
    )


@kept
def ending():
    model = swn_jax.build(
        "lstm", 3, likelihood=swn_jax.pen(2, end=True, text=True), condition=(MOST, LETTERS), width=5, cells=6
    )
    variables = jax.jit(model.init)(jax.random.key(0))
    return model, jax.tree.map(lambda a: a + 0.3 * jax.random.normal(jax.random.key(a.size), a.shape), variables)


def test_the_odds_of_an_end_are_times_the_share_of_the_look_beyond_the_text():
    """Shares by hand from Graves' equations, in place of those that the model has; a lift costs what it did."""
    model, variables = ending()
    x = jnp.concatenate([jnp.asarray([[0, 1, 2, 0, 1, 2, 2]] * ROWS)[..., None] * 1.0, some().x], axis=-1)
    given = variables, swn_jax.Batch(x, some().mask, jnp.zeros((ROWS, 3)), one_hot(TEXT))
    with jax.enable_x64(True):
        variables, batch = jax.tree.map(lambda a: np.asarray(a, np.float64), given)
        noise = jnp.zeros((ROWS, FRAMES, 0))
        params = jax.jit(model.trace)(variables, batch, noise).params
        found = jax.jit(lambda *given: model.terms(*given)[0].log_px)(variables, batch, noise)
        states = jax.tree.map(jnp.asarray, (params[..., :-1], batch.x, batch.before[:, None]))
        plain = swn_jax.pen(2, end=True).log_prob({}, *states)
    for row, text in enumerate(TEXT):
        n = int(batch.mask[row].sum())
        phi = by_hand(variables["params"]["window"], batch.x[row, :n], batch.before[row], text)[1]
        share = (phi[:, np.array(text) < 0].sum(-1) + 1e-6) / (phi.sum(-1) + 1e-6)
        np.testing.assert_allclose(params[row, :n, -1], share, rtol=1e-8)
        logits = np.concatenate([np.zeros((n, 1)), params[row, :n, :2]], axis=-1)
        told = logits + np.log(np.clip(share, 1e-4, 1))[:, None] * (np.arange(3) == 2)
        state = batch.x[row, :n, 0].astype(int)
        own, without = ((a - np.logaddexp.reduce(a, -1)[:, None])[np.arange(n), state] for a in (told, logits))
        np.testing.assert_allclose(found[row, :n] - plain[row, :n], own - without, atol=1e-8)
    assert share.min() < 0.9
    assert share.max() > 0.2  # of the shortest text


def test_steps_tell_the_same_share():
    model, variables = ending()
    x = jnp.concatenate([jnp.zeros((ROWS, FRAMES, 1)), some().x], axis=-1)
    batch = swn_jax.Batch(x, jnp.ones((ROWS, FRAMES)), jnp.zeros((ROWS, 3)), one_hot(TEXT))
    whole = jax.jit(model.trace)(variables, batch, jnp.zeros((ROWS, FRAMES, 0))).params
    carry, step = model.carry(batch.before), jax.jit(model.step)
    for t in range(FRAMES):
        u = x[:, t - 1] if t else batch.before
        carry, params = step(variables, carry, u, jnp.zeros((ROWS, 0)), condition=jnp.asarray(batch.condition))
        np.testing.assert_allclose(params, whole[:, t], rtol=1e-4, atol=1e-5)
    assert (np.diff(whole[..., -1]) != 0).any()


def test_a_step_of_any_number_of_sequences_exports():
    model, variables = ending()
    (rows,) = jax.export.symbolic_shape("b")

    def first(variables, before, condition):
        noise = jnp.zeros((before.shape[0], 0))
        return model.step(variables, model.carry(before), before, noise, condition=condition)[1]

    shapes = (jax.ShapeDtypeStruct((rows, n), jnp.float32) for n in (3, MOST * LETTERS))
    found = jax.export.export(jax.jit(first))(variables, *shapes)
    assert found.out_avals[0].shape == (rows, model.likelihood.size(3))


@pytest.mark.parametrize(
    ("fields", "condition", "message"),
    [
        (dict(end=True, text=True), 0, "found condition=0, and a density whose drawings end with their text"),
        (dict(end=True, text=True), 4, "pass the sizes of a text"),
        (dict(text=True), (2, 2), "found text=True and end=False"),
    ],
)
def test_ends_with_a_text_want_ends_and_a_text(fields, condition, message):
    with pytest.raises(SwnError, match=message):
        swn_jax.build("lstm", 3, likelihood=swn_jax.pen(**fields), condition=condition, width=5, cells=6)


def test_a_continuation_goes_on_where_the_window_is():
    model, variables = made()
    given = dict(before=jnp.zeros((ROWS, FRAME)), condition=jnp.asarray(one_hot(TEXT)))
    draw = jax.jit(swn_jax.generate, static_argnums=(0, 3))
    whole = draw(model, variables, jax.random.key(3), 8, **given)
    np.testing.assert_array_equal(draw(model, variables, jax.random.key(3), 4, **given), whole[:, :4])
    go_on, still = jax.jit(swn_jax.continue_, static_argnums=(0, 4)), swn_jax.Temperature(0.0, 0.0)
    calm = draw(model, variables, jax.random.key(3), 8, **given, temperature=still)
    rest = go_on(model, variables, jax.random.key(4), calm[:, :5], 3, **given, temperature=still)
    np.testing.assert_allclose(rest, calm[:, 5:], rtol=1e-4, atol=1e-6)


def test_sizes_below_one_are_refused():
    with pytest.raises(SwnError, match="letters=0: wanted 1 or more"):
        swn_jax.build("lstm", FRAME, condition=(3, 0))
