"""The distances of statistics, against closed forms."""

import numpy as np
import pytest

from swn_jax.data.statistics import Comparison, Statistic, compare, distance
from swn_jax.errors import SwnError


def draws(*values):
    return Statistic(np.array(values, np.float64), "m", "draws")


def curve(*values):
    return Statistic(np.array(values, np.float64), "dB", "curve")


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        (draws(0, 1, 2), draws(2, 0, 1), 0.0),
        (draws(0, 1, 2), draws(3.5, 4.5, 5.5), 3.5),  # a shift
        (draws(0, 4), draws(1, 1, 1, 1), 2.0),  # to one point: the mean distance from it
        (draws(0, 0, 0, 8), draws(0, 8), 2.0),  # a quarter of the mass goes 8 far
        (curve(1, 2, 3), curve(1, 2, 3), 0.0),
        (curve(0, 0), curve(3, -4), np.sqrt(12.5)),
        (curve(0, 1), curve(1, 0), 1.0),  # as draws these would be the same
        (draws(), draws(1), np.inf),
        (draws(1), draws(), np.inf),
        (curve(), curve(1), np.inf),
    ],
)
def test_distances_have_their_closed_forms(a, b, wanted):
    assert distance(a, b) == pytest.approx(wanted)
    assert distance(b, a) == pytest.approx(wanted)


def test_the_distance_of_two_normals_is_that_of_their_means():
    quantiles = np.random.default_rng(0).standard_normal(5000)
    a, b = (Statistic(quantiles + mean, "Hz", "draws") for mean in (0.0, -7.0))
    assert distance(a, b) == pytest.approx(7.0)


def measure(rows, rate, extra):
    """The numbers themselves in another unit, and those above a limit."""
    every = np.concatenate(rows) * extra["unit"] / rate
    return {"all": Statistic(every, "s", "draws"), "large": Statistic(every[every > 5], "s", "draws")}


def test_samples_are_compared_with_all_and_the_even_with_the_odd():
    real = [np.array([2.0]), np.array([20.0]), np.array([4.0]), np.array([22.0])]
    rows = compare(measure, real, [np.array([2.0, 4.0]), np.array([20.0, 22.0])], 10.0, {"unit": 5})
    assert rows[0] == Comparison("all", "s", real=6.0, made=6.0, distance=0.0, halves=9.0)
    assert rows[1] == Comparison("large", "s", real=10.5, made=10.5, distance=0.0, halves=np.inf)


def test_what_samples_lack_is_infinitely_far():
    large = compare(measure, [np.array([20.0]), np.array([22.0])], [np.zeros(3)], 10.0, {"unit": 5})[1]
    assert np.isnan(large.made)
    assert (large.real, large.distance, large.halves) == (10.5, np.inf, 1.0)


@pytest.mark.parametrize(("real", "made"), [(0, 1), (1, 1), (2, 0)])
def test_too_few_are_refused(real, made):
    with pytest.raises(SwnError, match=f"found {real} real sequences and {made} samples, wanted at least 2 and 1"):
        compare(measure, [np.zeros(2)] * real, [np.zeros(2)] * made, 10.0, {"unit": 1})
