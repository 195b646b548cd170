"""The source-filter density that is told its period, and marks: exact, with what lies a period before and pulses."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kept import kept
from sample_contract import PROPERTIES, WIDTH
from scipy import signal
from sounding import COUNT, MARKS, PERIODS, Sounding

from swn_jax.dists.likelihood import source_filter
from swn_jax.dists.likelihood.source_filter.modes import JUMPS, KERNEL, SHIFTS, VOICE, taps_of
from swn_jax.dists.likelihood.source_filter.network import amplitude
from swn_jax.dists.likelihood.source_filter.parallel import mixtures
from swn_jax.dists.likelihood.source_filter.period import told
from swn_jax.dists.likelihood.source_filter.pulses import PEAK
from swn_jax.dists.likelihood.source_filter.source import LIMIT, QUIET
from swn_jax.dists.likelihood.source_filter.state import BEFORE, EDGE, POINTS, TAPS
from swn_jax.dists.linear_prediction import step_up
from swn_jax.errors import SwnError

TOLD = dict(order=3, gains=1, parts=2, history=20, pitch=200, block=4, window=6, units=9, components=3, period="told")
SPAN, SHORTEST, WIDE = 8, 10, KERNEL + SHIFTS - 1  # of the source's own level; after a block of 4 and half of the taps


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
                places = start + i - lag + o + np.arange(KERNEL) - WIDE // 2
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


def places_of(period, mark, i):
    """The place of sample i in the cycle of a train, by the nearest of its marks: taps, then points; zeros for none."""
    found = np.zeros(TAPS + POINTS)
    if not 1 <= 100 * period <= TOLD["pitch"] or mark <= 0:
        return found
    distances = i - 100 * mark - 100 * period * np.arange(-50, 50)
    taps = distances[distances >= -BEFORE - 1].min()  # of the mark whose taps begin last
    for k in range(TAPS):
        found[k] = max(0.0, 1 - abs(taps - (k - BEFORE)))
    for q in range(POINTS):
        found[TAPS + q] = max(0.0, 1 - POINTS * np.abs(distances / (100 * period) - q / POINTS).min())
    return found


def test_pulses_lie_about_their_marks():
    """What pulses add to the means of all modes, by loops in numpy: their sum times the level, which jumps move."""
    r = made("pulses")
    pulse = slice(-TAPS - POINTS - 2, -2)
    none = r.params.at[..., pulse].set(0.0)
    given, without = (
        np.asarray(jax.jit(lambda *a: mixtures(*a, r.settings))(r.weights, params, r.x, r.past).mean)
        for params in (r.params, none)
    )
    params = np.asarray(r.params, np.float64)
    moved = levels_of(params[..., r.said + COUNT : r.said + 3 * COUNT])
    voiced = 0
    for row, t, i in np.ndindex(*r.x.shape):
        places = places_of(PERIODS[row][t], MARKS[row][t], i)
        level = 4.0 - np.log1p(np.exp(4.0 - params[row, t, 3]))  # smoothly below the largest
        wanted = PEAK * places @ params[row, t, pulse] * np.exp(level + moved[row, t, i * 2 // WIDTH])
        np.testing.assert_allclose(given[row, t, i, :, 0] - without[row, t, i, :, 0], wanted, rtol=2e-3, atol=2e-3)
        voiced += places.any()
    assert voiced == 3 * WIDTH  # of one frame the period is none, of one it is too long, of one the mark is none


def levels_of(said):
    """By how much each mode moves the level of each half: shifts not at all."""
    start = np.asarray(JUMPS).T  # of both halves
    moved = 4.0 * np.tanh((said.reshape(*said.shape[:-1], 2, COUNT) + start) / 4.0)
    return np.concatenate([np.zeros((*moved.shape[:-1], SHIFTS)), moved], axis=-1)


def test_a_train_at_another_mark_of_it_is_the_same():
    r = made("pulses")
    other = r.params.at[..., -1].add(jnp.where(r.params[..., -1] > 0, r.params[..., -2], 0.0))
    plain, later = (r.like.log_prob(r.weights, params, r.x, r.past) for params in (r.params, other))
    np.testing.assert_allclose(plain, later, rtol=1e-4, atol=1e-3)
    moved = r.like.log_prob(r.weights, r.params.at[..., -1].add(0.02), r.x, r.past)
    same = np.isclose(plain, moved, rtol=1e-4, atol=1e-3)
    np.testing.assert_array_equal(same, [[lag_of(period) == 0 for period in row] for row in PERIODS])


def test_a_voice_begins_by_itself():
    """After silence and without anything that repeats: where pulses are wanted there is a train of that period."""
    fields = dict(TOLD, pitch=400, units=5, block=20, order=1, window=20, period="pulses")
    like, width, frames = source_filter(**fields), 200, 5
    weights = jax.tree.map(jnp.zeros_like, like.init(jax.random.key(0), width))
    weights["out_bias"] = jnp.concatenate([jnp.zeros(3), jnp.full(3, -1.0), jnp.zeros(3)])
    gain = 1 + 1 + 5 + 3 * COUNT
    still = jnp.zeros(like.size(width)).at[gain].set(-20.0)
    calm, peak = still.at[7 : 7 + COUNT].set(-20.0), like.size(width) - 2 - POINTS - TAPS + BEFORE
    past, made = jnp.zeros((1, like.memory(width), width)), []
    for t, key in enumerate(jax.random.split(jax.random.key(3), frames)):
        mark = 64 - (200 * t - 10) % 64  # of a train with a pulse at the sample 10
        given = calm.at[peak].set(4.0).at[-2:].set(jnp.asarray([0.64, mark / 100]))
        made.append(jax.jit(like.sample)(weights, key, given[None], past, 0.3))
        past = jnp.concatenate([past[:, 1:], made[-1][:, None]], axis=1)
    x = np.asarray(jnp.stack(made, axis=1)).ravel()
    np.testing.assert_array_equal(np.flatnonzero(x > 4.0), np.arange(10, frames * width, 64))


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
        (dict(period="heard"), "no period 'heard'.*known: found, pulses, told"),
        (dict(pitch=0), "found period=told and pitch=0, wanted the longest period in samples: leave pitch out"),
        (dict(pitch=0, period="pulses"), "found period=pulses and pitch=0, wanted the longest period in samples"),
    ],
)
def test_settings_that_do_not_fit_are_told(changed, said):
    with pytest.raises(SwnError, match=said):
        source_filter(**{**TOLD, **changed})
