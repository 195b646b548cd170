"""The source-filter density that is told its period: exact, and with the samples that lie a told period before."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kept import kept
from sample_contract import PROPERTIES, WIDTH
from scipy import signal
from sounding import COUNT, PERIODS, Sounding

from swn_jax.dists.likelihood import source_filter
from swn_jax.dists.likelihood.source_filter.modes import KERNEL, SHIFTS, VOICE, taps_of
from swn_jax.dists.likelihood.source_filter.network import amplitude
from swn_jax.dists.likelihood.source_filter.parallel import mixtures
from swn_jax.dists.likelihood.source_filter.period import told
from swn_jax.dists.likelihood.source_filter.source import LIMIT, QUIET
from swn_jax.dists.likelihood.source_filter.state import EDGE
from swn_jax.dists.linear_prediction import step_up
from swn_jax.errors import SwnError

TOLD = dict(order=3, gains=1, parts=2, history=20, pitch=200, block=4, window=6, units=9, components=3, period="told")
SPAN, SHORTEST, TAPS = 8, 10, KERNEL + SHIFTS - 1  # of the source's own level; after a block of 4 and half of the taps


@kept
def made(period="told"):
    return Sounding(dict(TOLD, period=period))


@PROPERTIES
@pytest.mark.parametrize("period", ["told", "pulses"])
def test_contract(holds, period):
    holds(made(period))


def lag_of(period):
    """In samples, 0 for none."""
    samples = 100 * period
    if not 1 <= samples <= TOLD["pitch"]:
        return 0
    return round(samples * max(1, math.ceil(SHORTEST / samples)))


@pytest.mark.parametrize(
    ("period", "lag"), [(1.2, 120), (2.0, 200), (0.334, 33), (0.1, 10), (0.07, 14), (0.03, 12), (0.0, 0), (-1.0, 0),
                        (0.001, 0), (2.01, 0)]
)  # fmt: skip
def test_lags_are_told_periods_or_multiples(period, lag):
    found, voiced = told(jnp.asarray([period]), made().settings)
    assert lag_of(period) == lag
    assert float(voiced[0]) == (lag > 0)
    assert found[0] == (lag or TOLD["pitch"])


def test_what_repeats_lies_the_told_period_before():
    """With a network of no output, means are the taps over the source of a told period ago, by loops in numpy."""
    r = made()
    weights = {name: jnp.zeros_like(weight) if "out" in name else weight for name, weight in r.weights.items()}
    found = jax.jit(lambda *given: mixtures(*given, r.settings))(weights, *r.given[1:])
    params = np.asarray(r.params, np.float64)
    coefficients = np.asarray(step_up(EDGE * jnp.tanh(r.params[..., :3])), np.float64)
    kernel = np.asarray(taps_of(r.params[..., r.said + 3 * COUNT :][..., : 1 + KERNEL], VOICE[1]), np.float64)
    whole = np.concatenate([r.past, r.x], axis=1).reshape(len(r.x), -1).astype(np.float64)
    for row, t in np.ndindex(*r.x.shape[:2]):
        e = signal.lfilter(np.concatenate([[1.0], -coefficients[row, t]]), [1.0], whole[row])
        lag, start = lag_of(PERIODS[row][t]), (r.past.shape[1] + t) * WIDTH
        for i in range(WIDTH):
            block = start + i - i % TOLD["block"]
            own = 0.5 * np.log(np.mean(e[block - SPAN : block] ** 2) + QUIET)
            level = float(amplitude(jnp.asarray(own), r.params[row, t, 3]))
            for o in range(SHIFTS):
                places = start + i - lag + o + np.arange(KERNEL) - TAPS // 2
                heard = LIMIT * np.tanh(e[places] * np.exp(-own) / LIMIT) if lag else np.zeros(KERNEL)
                wanted = level * kernel[row, t] @ heard
                np.testing.assert_allclose(found.mean[row, t, i, o], wanted, rtol=2e-3, atol=2e-4)
    assert params[..., 3].std() > 0.1  # of levels, which differ


def test_without_a_period_neither_taps_nor_shifts_count():
    r = made()
    voicing = slice(r.said + 3 * COUNT, -1)
    other = r.params.at[..., voicing].add(jax.random.normal(jax.random.key(1), r.params[..., voicing].shape))
    plain, changed = (r.like.log_prob(r.weights, params, r.x, r.past) for params in (r.params, other))
    same = np.isclose(plain, changed, rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(same, [[lag_of(period) == 0 for period in row] for row in PERIODS])


def test_noise_becomes_a_voice_of_that_period():
    """Drawn after noise, with a gain near 1 and little new of each sample, and with no period as noise is."""
    fields = dict(TOLD, pitch=400, units=5, block=20, order=1, window=20)
    like, width, frames = source_filter(**fields), 200, 6
    weights = jax.tree.map(jnp.zeros_like, like.init(jax.random.key(0), width))
    weights["out_bias"] = jnp.concatenate([jnp.zeros(3), jnp.full(3, -1.0), jnp.zeros(3)])
    gain = 1 + 1 + 5 + 3 * COUNT
    steady = [gain + 1 + KERNEL + SHIFTS * part + SHIFTS // 2 for part in (0, 1)]
    params = jnp.zeros(like.size(width)).at[jnp.asarray([gain, gain + 1 + KERNEL // 2, *steady])].set(8.0)
    for period, least, most in ((0.64, 0.8, 1.0), (0.0, -0.3, 0.3)):
        past = 0.1 * jax.random.normal(jax.random.key(2), (1, like.memory(width), width))
        sample, made = jax.jit(like.sample), []
        for key in jax.random.split(jax.random.key(3), frames):
            made.append(sample(weights, key, params.at[-1].set(period)[None], past, 0.3))
            past = jnp.concatenate([past[:, 1:], made[-1][:, None]], axis=1)
        x = np.asarray(jnp.stack(made[2:], axis=1)).ravel()
        assert least < np.corrcoef(x[64:], x[:-64])[0, 1] < most


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (dict(period="heard"), "no period 'heard'.*known: found, told"),
        (dict(pitch=0), "found period=told and pitch=0, wanted the longest period in samples: leave pitch out"),
    ],
)
def test_settings_that_do_not_fit_are_told(changed, said):
    with pytest.raises(SwnError, match=said):
        source_filter(**{**TOLD, **changed})
