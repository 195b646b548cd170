"""The source-filter density: exact, causal, alike in both executions, and loud only where the state says so."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kept import kept
from sample_contract import PROPERTIES, WIDTH, draws_are_of
from scipy import signal
from sounding import Sounding

from swn_jax.dists.likelihood import source_filter
from swn_jax.dists.likelihood.source_filter.modes import JUMPS, SHIFTS, taps_of
from swn_jax.dists.likelihood.source_filter.network import LOUD, amplitude
from swn_jax.dists.likelihood.source_filter.parallel import mixtures
from swn_jax.dists.likelihood.source_filter.source import own_levels
from swn_jax.dists.likelihood.source_filter.state import EDGE
from swn_jax.dists.linear_prediction import step_up
from swn_jax.errors import SwnError

SMALL = dict(order=2, gains=2, parts=2, history=12, pitch=0, block=4, window=3, units=5, components=2)
VOICED = dict(order=3, gains=1, parts=2, history=20, pitch=200, block=4, window=6, units=5, components=3)
EACH = pytest.mark.parametrize("fields", [SMALL, VOICED], ids=["plain", "voiced"])


@kept
def rig(items):
    return Sounding(dict(items))


def made(fields):
    return rig(tuple(fields.items()))


@PROPERTIES
@EACH
def test_contract(fields, holds):
    holds(made(fields))


@EACH
@pytest.mark.parametrize("jump", range(len(JUMPS)))
def test_a_frame_that_jumps_is_drawn_as_it_is_scored(fields, jump):
    r = made(fields)
    sure = r.params.at[..., r.said + jump].set(1e3)
    shifts = SHIFTS if fields["pitch"] else 1
    draws_are_of(r, sure, (shifts + jump) * fields["components"])


@EACH
def test_the_source_is_what_the_filter_of_the_frame_leaves(fields):
    r = made(fields)
    order = fields["order"]
    a = np.asarray(step_up(EDGE * jnp.tanh(r.params[..., :order])), np.float64)
    found = r.mixtures().x.reshape(r.x.shape)
    whole = np.concatenate([r.past, r.x], axis=1).reshape(len(r.x), -1).astype(np.float64)
    for row in range(len(r.x)):
        for t in range(r.x.shape[1]):
            e = signal.lfilter(np.concatenate([[1.0], -a[row, t]]), [1.0], whole[row])
            start = r.past.shape[1] * WIDTH + t * WIDTH
            np.testing.assert_allclose(found[row, t], e[start : start + WIDTH], atol=1e-4)


@EACH
def test_the_mean_is_the_path_without_noise_and_repeats(fields):
    r = made(fields)
    x = r.like.mean(r.weights, r.params[:, 0], r.past)
    np.testing.assert_array_equal(x, r.like.mean(r.weights, r.params[:, 0], r.past))
    e, _, mean, _ = r.mixtures(jnp.concatenate([x[:, None], r.x[:, 1:]], axis=1))
    gap = np.abs(np.asarray(e[..., None] - mean))[:, :WIDTH].min(-1)
    np.testing.assert_allclose(gap, 0.0, atol=1e-4)


def test_levels_of_a_window_are_those_of_numpy():
    e = np.random.default_rng(1).normal(size=40)
    expected = [0.5 * np.log(np.mean(e[i - 12 : i] ** 2)) for i in range(12, 41, 4)]
    np.testing.assert_allclose(own_levels(jnp.asarray(e, jnp.float32), 12, 4), expected, rtol=1e-4)


def test_what_repeats_never_grows():
    weights = np.asarray(taps_of(jnp.asarray(np.random.default_rng(2).normal(size=(50, 10)) * 5, jnp.float32)))
    assert (weights >= 0).all()
    assert (weights.sum(-1) < 1.0 + 1e-6).all()
    gains = np.abs(np.fft.rfft(weights, 64))
    assert gains.max() < 1.0 + 1e-6


def test_a_louder_past_makes_no_louder_frame():
    """Means end at the level that the state says, however loud the source was; a quieter past makes quieter means."""
    for own, expected in ((5.0, -1.0 + LOUD), (-6.0, -6.0)):
        np.testing.assert_allclose(amplitude(jnp.asarray(own), jnp.asarray(-1.0)), np.exp(expected), rtol=1e-3)


@EACH
def test_sound_and_levels_three_times_as_loud_are_as_likely(fields):
    """Apart from the level that the network reads, a louder recording is the same in units of its level."""
    r = made(fields)
    weights = {**r.weights, "features": r.weights["features"].at[-1].set(0.0)}
    levels = slice(fields["order"], fields["order"] + fields["gains"])
    louder, free = r.params.at[..., levels].add(np.log(3.0)), r.settings._replace(bounds=(-40.0, 40.0))
    of = jax.jit(lambda *given: mixtures(*given, free))
    plain = of(weights, r.params, r.x, r.past)
    loud = of(weights, louder, 3.0 * r.x, 3.0 * r.past)
    np.testing.assert_allclose(loud.x, 3.0 * plain.x, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(loud.mean, 3.0 * plain.mean, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(loud.logit, plain.logit, atol=1e-3)
    np.testing.assert_allclose(loud.log_scale, plain.log_scale + np.log(3.0), atol=1e-3)


@pytest.mark.parametrize("scale", [0.0, 1e-20, 1e4])
def test_silence_and_extremes_stay_finite(scale):
    r = made(VOICED)
    given = r.weights, 10.0 * r.params, scale * r.x, scale * r.past
    value, slope = jax.value_and_grad(lambda w, p: r.like.log_prob(w, p, *given[2:]).sum(), argnums=(0, 1))(*given[:2])
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((value, slope)))
    assert np.isfinite(r.like.sample(r.weights, jax.random.key(0), 10.0 * r.params[:, 0], scale * r.past)).all()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (dict(order=0), "found order=0, gains=2 and parts=2, wanted 1 or more"),
        (dict(gains=0), "found order=2, gains=0 and parts=2, wanted 1 or more"),
        (dict(parts=0), "found order=2, gains=2 and parts=0, wanted 1 or more"),
        (dict(gains=3), "found gains=3, wanted a divisor of the frame's width 8"),
        (dict(window=0), "window=0: wanted 1 or more"),
        (dict(history=2), "history=2 for order=2: wanted more samples than coefficients"),
        (dict(block=3), "found frames of 8 numbers, wanted a multiple of the 3 samples of a block"),
        (dict(pitch=150), "wanted multiples of"),
    ],
)
def test_settings_that_do_not_fit_are_told(changed, said):
    with pytest.raises(SwnError, match=said):
        source_filter(**{**SMALL, **changed}).size(WIDTH)


def test_the_floor_is_told():
    r = made(SMALL)
    at_floor = jax.jit(r.like.at_floor)
    assert not np.asarray(at_floor(*r.given)).all()
    flat = {name: jnp.zeros_like(weight) if "out" in name else weight for name, weight in r.weights.items()}
    low = r.params.at[:, 1, 2:4].set(-1e3)
    np.testing.assert_array_equal(at_floor(flat, low, r.x, r.past), [[False, True, False]] * 2)
