"""What every baseline of speech is: a density that sums to 1, knows the past only, and is finite on any sound."""

import functools
import math

import numpy as np
import pytest
from daily import daily

from swn_jax.corpora.synthetic_speech import CORPUS
from swn_jax.domains.speech.baselines.density import BASELINES

NAMES = list(BASELINES)
AR, NOISE = 0.9, 0.3  # x[t] = 0.9 x[t-1] + e[t], with deviation 0.3


def autoregressive(count, seed):
    """Samples of a Gaussian AR(1) process, in one frame per sample."""
    e, x = np.random.default_rng(seed).normal(size=count) * NOISE, np.zeros((count, 1))
    for t in range(1, count):
        x[t] = AR * x[t - 1] + e[t]
    return x[100:]


def voiced(count, seed):
    """The same with a period, so that long-term prediction has something to predict."""
    pulses = np.zeros((count, 1))
    pulses[::90] = 3
    return autoregressive(count + 100, seed) + pulses


@functools.cache
def fitted(name, signal=autoregressive):
    return BASELINES[name]([signal(4100, seed) for seed in range(4)])


@pytest.mark.parametrize("name", daily(NAMES, *(name for name in NAMES if name != "long_term_prediction")))
def test_the_density_of_a_sample_sums_to_1(name):
    at, grid = 630, np.linspace(-12, 12, 321)
    x = voiced(at + 1, 9)

    def density(value):
        changed = x.copy()
        changed[at] = value
        return math.exp(fitted(name, voiced).score(changed).log_prob[-1])

    assert sum(map(density, grid)) * (grid[1] - grid[0]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("at", [500, 919, 920])
def test_a_sample_changes_nothing_before_it(name, at):
    x = voiced(1200, 9)
    changed = x.copy()
    changed[at] += 3
    one, two = (fitted(name, voiced).score(each).log_prob for each in (x, changed))
    np.testing.assert_array_equal(one[: at - 1], two[: at - 1])  # the first sample is given
    assert (one[at - 1 : at + 200] != two[at - 1 : at + 200]).all()


def test_a_period_is_predicted():
    scores = [fitted(name, voiced).score(voiced(8000, 9)).log_prob.mean() for name in NAMES]
    assert scores[3] > scores[2] + 0.01


def test_scores_are_near_the_entropy_of_a_known_process_and_never_below():
    x = autoregressive(40_100, 9)
    entropy = 0.5 * math.log(2 * math.pi * math.e * NOISE**2)
    marginal = entropy - 0.5 * math.log(1 - AR**2)
    found = {name: -fitted(name).score(x).log_prob.mean() for name in NAMES}
    sampling = 3 / math.sqrt(2 * len(x))  # three standard errors of a mean of squares / 2
    assert entropy - sampling < found["preemphasis"] < entropy + 0.02 + sampling
    assert entropy < found["linear_prediction"] < entropy + 0.15
    assert entropy < found["long_term_prediction"] < found["linear_prediction"] + 0.01
    assert found["preemphasis"] + 0.3 < found["adaptive_variance"] < marginal + 0.05


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [1, 100, 200])
def test_a_frame_has_the_sum_of_its_samples(name, width):
    """The first frame is given, so frames of 200 samples begin to be scored where the second one begins."""
    x = autoregressive(1100, 9).reshape(-1, width)
    scores = fitted(name).score(x)
    assert scores.log_prob.shape == scores.at_floor.shape == (len(x) - 1,)
    predictor, weights = fitted(name).score.args
    (first, *_) = predictor.residuals(x.reshape(-1), width)
    assert first.shape == (x.size - width,)
    assert weights.sum() == pytest.approx(1, abs=1e-14)


def sounds():
    speech = np.random.default_rng(0).normal(size=4000)
    return {
        "silence": np.zeros(4000), "constant": np.full(4000, -0.002), "clipped": np.clip(100 * speech, -5, 5),
        "a click in silence": np.eye(1, 4000, 2000)[0] * 60, "short": speech[:400],
        "sound, then silence": np.where(np.arange(4000) < 2000, speech, 0),
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sound", list(sounds()))
def test_any_sound_has_a_finite_score(name, sound):
    unit = sounds()[sound].reshape(-1, 200)
    scores = fitted(name).score(unit)
    assert np.isfinite(scores.log_prob).all()
    assert scores.log_prob.max() < 200 * 8  # the floor of the scales
    assert scores.at_floor[-1] or sound in ("constant", "clipped", "short")
    assert not (scores.at_floor[-1] and sound in ("clipped", "short"))
    weights = BASELINES[name]([unit, sounds()["clipped"].reshape(-1, 200)]).score.args[1]
    assert np.isfinite(weights).all()


def test_what_knows_more_scores_more_on_what_sounds_like_speech():
    index = CORPUS.index(train=2, valid=1, test=1, seed=0)
    (one, two) = (np.concatenate([*each.read()]) / 2000.0 for each in index.splits["train"])
    train, test = (each[: len(each) // 200 * 200].reshape(-1, 200) for each in (one, two))
    totals = [BASELINES[name]([train]).score(test).log_prob.sum() for name in NAMES]
    assert totals[0] < totals[1] < totals[2]
    assert totals[2] < totals[3]


def test_parameters_are_counted():
    assert [fitted(name).parameters for name in NAMES] == [12, 13, 12, 24]
